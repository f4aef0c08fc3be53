/**
 * A crash loop: the process ends with 3 after half a second. The agent starts it again, later and later each time, and
 * the log says why. From the third in a row on `/readyz`, `ocho ls` and `ocho info` call it a crash loop.
 *
 *   ochopod_local=true ochopod_cluster=misbehaved ochopod_port=8081 npx ochopod run examples/misbehaved.js
 *   npx ocho log marathon.misbehaved -f
 *   npx ocho info marathon.misbehaved
 */
import { definePod } from 'ochopod-agent';

export default definePod({
  process: { shell: true },
  configure: () => ({ command: 'sleep 0.5; exit 3' }),
});
