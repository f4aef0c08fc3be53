/**
 * A pod that needs a whole ensemble: it is configured when three servers are there, and again whenever that changes. It
 * serves one page, which says how they are.
 */
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { definePod } from 'ochopod-agent';

const WANTED = 3;
const PAGE = fileURLToPath(new URL('page.js', import.meta.url));

export default definePod({
  model: { dependsOn: ['zookeeper'] },
  canConfigure: ({ dependencies }) => {
    const { length: servers } = Object.keys(dependencies['zookeeper'] ?? {});
    if (servers < WANTED) throw new Error(`needs ${WANTED} ZooKeeper servers, there are ${servers}`);
  },
  configure: (cluster) => ({
    command: [process.execPath, PAGE],
    env: { ZOOKEEPER: cluster.grep('zookeeper', 2181), LISTEN: cluster.listenPort(9000) },
  }),
  probe: (cluster) => `on ${cluster.grep('zookeeper', 2181)}`,
});
