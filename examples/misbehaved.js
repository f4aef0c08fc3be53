/**
 * A crash loop: the process ends with 3 after half a second. The agent starts it again, later and later each time, and
 * the log says why; each crash fails the next sanity check, and after four of them in a row it is turned off.
 *
 *   ochopod_local=true ochopod_cluster=misbehaved ochopod_port=8081 npx ochopod run examples/misbehaved.js
 *   npx ocho log marathon.misbehaved -f
 */
import { definePod } from 'ochopod-agent';

export default definePod({
  model: { checks: 4, checkEvery: 2 },
  process: { shell: true },
  configure: () => ({ command: 'sleep 0.5; exit 3' }),
});
