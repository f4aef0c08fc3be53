/** A pod that tells four times a second for how long nothing else could run in its agent, and what that needs. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { definePod } from 'ochopod-agent';

const RESOLUTION_MS = 10;
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
delay.enable();
setInterval(() => {
  const { user, system } = process.cpuUsage();
  const facts = { stalledMs: delay.max / 1e6 - RESOLUTION_MS, cpuMs: (user + system) / 1000 };
  delay.reset();
  process.stdout.write(
    `@${JSON.stringify({ event: 'loop', at: performance.timeOrigin + performance.now(), ...facts })}\n`,
  );
}, 250).unref();

export default definePod({ configure: () => ({ command: ['sleep', '100000'] }) });
