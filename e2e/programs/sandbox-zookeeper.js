/** The sandbox's ZooKeeper in a process of its own: `node sandbox-zookeeper.js <port> <data directory> <tick in ms>`. */
import process from 'node:process';
import { startZooKeeperServer } from 'ochopod-sandbox/zookeeper';

const [port, dataDir = '', tickMs] = process.argv.slice(2);
await startZooKeeperServer({ port: Number(port), dataDir, tickMs: Number(tickMs), onEvent: console.error });
