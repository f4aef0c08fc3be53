export type { Faults } from './faults.ts';
export type { SessionSummary, ZooKeeperServer, ZooKeeperServerOptions } from './zookeeper-server.ts';
