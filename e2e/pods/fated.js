/**
 * A pod whose fate is the tag of its image: `acme/web:crash-0.3`.
 *
 * - `good`, `better`: its process goes on until it is stopped
 * - `crash-<seconds>`: its process ends with 3 after so long, each time, with a word on stderr
 * - `refuses`: it cannot be configured
 * - `slow`: its configuration takes four seconds
 * - `done`: its process ends with 0
 *
 * `only-from-2.<fate>`: pods from seq 2 on; the others are good.
 */
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { definePod } from 'ochopod-agent';

const [, tag = 'good'] = /:([^:]+)$/.exec(process.env['MARATHON_APP_DOCKER_IMAGE'] ?? '') ?? [];
const [, from = '0', given = 'good'] = /^(?:only-from-(\d+)\.)?(.+)$/.exec(tag) ?? [];
const FOREVER = ['/bin/sleep', '100000'];

export default definePod({
  model: { configureAttempts: 2 },
  configure: async ({ seq }) => {
    const fate = seq >= Number(from) ? given : 'good';
    if (fate === 'refuses') throw new Error('no disk');
    if (fate === 'done') return { command: ['/bin/true'] };
    if (fate === 'slow') await delay(4000);
    const [, seconds] = /^crash-(.+)$/.exec(fate) ?? [];
    if (seconds === undefined) return { command: FOREVER };
    return { command: ['/bin/sh', '-c', `sleep ${seconds}; echo "cannot bind to port 80" >&2; exit 3`] };
  },
});
