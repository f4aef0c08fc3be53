/** The sandbox's ZooKeeper: `sandbox-zookeeper PORT [DATA_DIRECTORY]`. */
import process from 'node:process';
import { startZooKeeperServer } from 'ochopod-sandbox/zookeeper';

const [port, dataDir] = process.argv.slice(2);
const server = await startZooKeeperServer({ port: Number(port), ...(dataDir === undefined ? {} : { dataDir }) });
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close());
