/**
 * The smallest pod: runs one command that ends by itself. With exit code 0 the job is done, and the pod stays to answer
 * `ocho info` and `ocho log` as `dead`, because a scheduler would restart a container that ends.
 *
 *   ochopod_local=true ochopod_cluster=shell ochopod_port=8081 npx ochopod run examples/shell.js
 *   npx ocho log marathon.shell
 */
import { definePod } from 'ochopod-agent';

export default definePod({
  process: { shell: true, pipeSubprocess: true },
  configure: (cluster) => ({
    command: 'sleep 5 && echo "pod $INDEX of $SIZE has slept well"',
    env: { INDEX: cluster.index, SIZE: cluster.size },
  }),
});
