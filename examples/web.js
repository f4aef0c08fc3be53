/**
 * The second half of a pair: a cluster that depends on `backend`. It is configured when the backends are, and again when
 * they change; until there is one it says why not.
 *
 *   ochopod_local=true ochopod_cluster=web ochopod_port=8091 npx ochopod run examples/web.js
 *   npx ocho ls
 */
import { definePod } from 'ochopod-agent';

export default definePod({
  model: { dependsOn: ['backend'] },
  canConfigure: (cluster) => {
    if (cluster.grep('backend', 9000) === '') throw new Error('needs at least one backend');
  },
  configure: (cluster) => ({
    command: ['sleep', '100000'],
    env: { BACKENDS: cluster.grep('backend', 9000) },
  }),
  probe: (cluster) => `in front of ${cluster.grep('backend', 9000)}`,
});
