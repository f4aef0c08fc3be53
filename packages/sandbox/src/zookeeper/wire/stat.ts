import { isSession, NOBODY } from '../tree/ownership.ts';
import type { Znode } from '../tree/znode.ts';
import type { JuteWriter } from './jute-writer.ts';

export function writeStat(to: JuteWriter, znode: Znode): void {
  to.number(znode.czxid);
  to.number(znode.mzxid);
  to.number(znode.ctime);
  to.number(znode.mtime);
  to.int(znode.version);
  // Creations and deletions, though only creations are counted.
  to.int((2 * znode.created - znode.childCount) | 0);
  to.int(znode.aversion);
  // What is no session is the server's own affair.
  to.long(isSession(znode.owner) ? znode.owner : NOBODY);
  to.int(znode.data?.length ?? 0);
  to.int(znode.childCount);
  to.number(znode.pzxid);
}
