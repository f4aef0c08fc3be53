import type { ServerUnderTest } from '../support/world.ts';
import { describeAccess } from './access.ts';
import { describeFourLetterWords } from './four-letter-words.ts';
import { describeLimits } from './limits.ts';
import { describeMulti } from './multi.ts';
import { describePersistentWatches } from './persistent-watches.ts';
import { describeReads } from './reads.ts';
import { describeReconnections } from './reconnections.ts';
import { describeSessions } from './sessions.ts';
import { describeWatches } from './watches.ts';
import { describeZnodes } from './znodes.ts';

/** What clients of ZooKeeper rely on; found with Apache's 3.8. */
export function describeServer(server: () => ServerUnderTest): void {
  describeSessions(server);
  describeZnodes(server);
  describeReads(server);
  describeWatches(server);
  describePersistentWatches(server);
  describeReconnections(server);
  describeMulti(server);
  describeAccess(server);
  describeLimits(server);
  describeFourLetterWords(server);
}
