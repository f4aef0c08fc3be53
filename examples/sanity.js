/**
 * A process that runs and is not well: its sanity check fails. After `checks` failures in a row the agent turns it off,
 * since `onUnhealthy` says so; by default it would start it again. The pod stays, and an operator turns it on again.
 *
 *   ochopod_local=true ochopod_cluster=sanity ochopod_port=8081 npx ochopod run examples/sanity.js
 *   npx ocho log marathon.sanity
 *   npx ocho grep marathon.sanity
 */
import { definePod } from 'ochopod-agent';

export default definePod({
  model: { checks: 3, checkEvery: 2, onUnhealthy: 'off' },
  configure: () => ({ command: ['sleep', '100000'] }),
  sanityCheck: () => {
    throw new Error('the queue does not move');
  },
});
