// A scheduler in the directory of the first argument, with an application that runs the command line of the second. Says
// "running" once that does, and then waits to be killed.
import process from 'node:process';

import { startScheduler } from 'ochopod-sandbox/marathon';

const [, , directory = '', cmd] = process.argv;
const scheduler = await startScheduler({ directory, containers: 'none', ports: { first: 25_000, last: 25_999 } });
scheduler.events.listen(({ eventType }) => {
  if (eventType === 'deployment_success') process.stdout.write('running\n');
});
await fetch(`http://${scheduler.host}:${scheduler.port}/v2/apps`, {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ id: '/orphan', cmd, instances: 2 }),
});
