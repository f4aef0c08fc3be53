import { spawnSync } from 'node:child_process';
import process from 'node:process';

import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import { OCHO, PLAIN_ENV } from '../lab/places.ts';
import { interleaved } from '../lab/samples.ts';

const PODS = 20;
const ROUNDS = 15;

/** How long whole runs of `ocho` take. */
export async function* commandLine(lab: Lab): AsyncGenerator<Line> {
  const cluster = lab.cluster();
  await lab.observer.ensure(cluster);
  const pods = Array.from({ length: PODS }, () => lab.start({ kind: 'agent', cluster, sessionSeconds: 5 }));
  await lab.observer.untilConfigured(cluster, PODS);
  const measurements = [
    async () => run(lab, [OCHO, 'ls', cluster]),
    async () => run(lab, [OCHO, '--version']),
    async () => run(lab, ['-e', '0']),
  ];
  await interleaved(2, measurements);
  const [ls = [], version = [], node = []] = await interleaved(ROUNDS, measurements);
  const floor = { what: '`node -e 0`', samples: node };
  yield {
    what: '`ocho ls` of 20 live pods, the whole process',
    original: '0.50 s',
    aim: 'under 6 x',
    unit: 'ms',
    ours: ls,
    floor,
  };
  yield {
    what: '`ocho --version`, the whole process',
    original: '',
    aim: 'under 1.5 x',
    unit: 'ms',
    ours: version,
    floor,
  };
  await lab.end(pods);
}

function run(lab: Lab, args: readonly string[]): number {
  const begun = performance.now();
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    env: { ...PLAIN_ENV, OCHOPOD_ZK: lab.zk, CI: 'true' },
    encoding: 'utf8',
  });
  const took = performance.now() - begun;
  if (status !== 0) throw new Error(`${args.join(' ')} failed: ${stdout}${stderr}`);
  return took;
}
