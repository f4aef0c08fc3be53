export type { Faults } from './faults.ts';
export { startZooKeeperServer } from './server/start-zookeeper-server.ts';
export type { SessionSummary, ZooKeeperServer, ZooKeeperServerOptions } from './zookeeper-server.ts';
