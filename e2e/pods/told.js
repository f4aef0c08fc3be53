/**
 * A pod that does what its settings (the variable `pod`) say:
 *
 * - `command`: what it runs, by a shell. Default: it sleeps.
 * - `dependsOn`: clusters that it depends on
 * - `forward`: signals that are handed on to it
 * - `hangsFrom`: the configuration of pods with this seq and those after it never ends
 */
import process from 'node:process';
import { definePod } from 'ochopod-agent';

const {
  command = 'exec /bin/sleep 100000',
  dependsOn = [],
  forward = [],
  hangsFrom = Number.POSITIVE_INFINITY,
} = JSON.parse(process.env['pod'] ?? '{}');

export default definePod({
  model: { dependsOn },
  process: { shell: true, forward },
  configure: async (cluster) => {
    if (cluster.seq >= hangsFrom) await new Promise(() => {});
    return { command };
  },
});
