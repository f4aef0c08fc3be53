/** A pod that prints when it is configured and with how many. What it runs does nothing. */
import process from 'node:process';
import { definePod } from 'ochopod-agent';

const { dependsOn } = JSON.parse(process.env['pod'] ?? '{}');

/** @param {string} event @param {object} facts */
function tell(event, facts) {
  const at = performance.timeOrigin + performance.now();
  process.stdout.write(`@${JSON.stringify({ event, at, ...facts })}\n`);
}

export default definePod({
  ...(dependsOn && { model: { dependsOn: [dependsOn] } }),
  configure: ({ size, dependencies }) => {
    tell('configure', { size, seen: Object.keys(Object.values(dependencies)[0] ?? {}).join() });
    return { command: ['sleep', '100000'] };
  },
  configured: ({ size }) => tell('configured', { size }),
});
