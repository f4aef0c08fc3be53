/**
 * A pod that writes down what happens to it, one JSON line each, into the file named by the variable RECORD. How it
 * behaves is said by its settings (the variable `pod`) and, while it runs, by the file named by BEHAVIOUR.
 */
import { appendFileSync, readFileSync } from 'node:fs';
import process from 'node:process';
import { definePod, shell } from 'ochopod-agent';

const settings = JSON.parse(process.env['pod'] ?? '{}');

/** @param {string} event @param {object} [facts] */
const record = (event, facts = {}) =>
  appendFileSync(process.env['RECORD'] ?? '/dev/null', `${JSON.stringify({ event, at: Date.now(), ...facts })}\n`);

/** @param {string} callback */
async function behave(callback) {
  const behaviour = JSON.parse(readFileSync(process.env['BEHAVIOUR'] ?? '', 'utf8') || '{}')[callback];
  if (behaviour === 'hang') await new Promise(() => {});
  if (behaviour !== undefined) throw new Error(behaviour);
}

/** @param {import('ochopod-agent').ClusterView} cluster */
const summary = (cluster) => ({
  index: cluster.index,
  seq: cluster.seq,
  size: cluster.size,
  pods: Object.keys(cluster.pods).sort(),
  dependencies: Object.fromEntries(
    Object.entries(cluster.dependencies).map(([entry, pods]) => [entry, Object.keys(pods).sort()]),
  ),
});

export default definePod({
  model: settings.model,
  process: settings.process,
  timeouts: settings.timeouts,
  tools: { shell, args: { run: ({ args }) => ({ code: 0, lines: args }) } },
  canConfigure: () => behave('canConfigure'),
  configure: async (cluster) => {
    record('configure', summary(cluster));
    await behave('configure');
    return { command: settings.command ?? ['sleep', '100000'], env: { SIZE: cluster.size } };
  },
  configured: async (cluster) => {
    record('configured', summary(cluster));
    await behave('configured');
  },
  sanityCheck: ({ pid }) => {
    record('sanity', { pid });
    return { pid, load: 0.5 };
  },
  finalize: () => record('finalized'),
  signaled: (payload) => ({ echoed: payload }),
  probe: (cluster) => `${cluster.size} pods`,
});
