import type { ServerUnderTest } from '../support/world.ts';
import { describeCClient } from './c-client.ts';
import { describeKazoo } from './kazoo.ts';
import { describeOchopod } from './ochopod.ts';
import { describeZkCli } from './zkcli.ts';

/** What people talk to a ZooKeeper with. */
export function describeClients(server: () => ServerUnderTest): void {
  describeOchopod(server);
  describeKazoo(server);
  describeZkCli(server);
  describeCClient(server);
}
