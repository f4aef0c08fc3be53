/**
 * A ZooKeeper of the sandbox in a process of its own, with the options given as JSON; tells its parent the port, and
 * when asked what it holds.
 */
import process from 'node:process';
import { startZooKeeperServer } from 'ochopod-sandbox/zookeeper';

const server = await startZooKeeperServer(JSON.parse(process.argv[2] ?? '{}'));
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  process.send?.({ sessions: server.sessions().length, bytes: heapUsed + external });
});
process.once('disconnect', () => process.exit());
process.send?.({ port: server.port });
