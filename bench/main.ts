/** Measures everything, prints it as it goes and writes `docs/benchmarks.md`; with names of parts only prints those. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { document } from './lab/document.ts';
import { Lab } from './lab/lab.ts';
import { cells, type Line } from './lab/line.ts';
import { ROOT } from './lab/places.ts';
import { changes } from './lines/changes.ts';
import { commandLine } from './lines/command-line.ts';
import { asking } from './lines/fan-out.ts';
import { formation } from './lines/formation.ts';
import { growth } from './lines/growth.ts';
import { idle } from './lines/idle.ts';
import { largeClusters } from './lines/large-clusters.ts';
import { lookup } from './lines/lookup.ts';
import { sandbox } from './lines/sandbox.ts';
import { sandboxTasks } from './lines/sandbox-tasks.ts';

const PARTS: Readonly<Record<string, (lab: Lab) => AsyncGenerator<Line>>> = {
  formation,
  changes,
  lookup,
  asking,
  'command-line': commandLine,
  idle,
  growth,
  'large-clusters': largeClusters,
  'sandbox-tasks': sandboxTasks,
  sandbox,
};

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));
const chosen = process.argv.slice(2);
for (const name of chosen) if (PARTS[name] === undefined) throw new Error(`no such part: ${name}`);
const lines: Line[] = [];
const rivals: Line[] = [];
const begun = performance.now();
let version = '';
for (const [name, part] of Object.entries(PARTS)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  // One ZooKeeper for each part: what one leaves behind is no burden to the next.
  await using lab = await Lab.open();
  version = /version: ([\d.]+)/.exec(await lab.zookeeper.fourLetterWord('srvr'))?.[1] ?? 'unknown';
  console.log(`\n${name}`);
  try {
    for await (const line of part(lab)) {
      (part === sandbox ? rivals : lines).push(line);
      console.log(`  ${describe(line)}`);
    }
  } catch (error) {
    console.error(lab.output);
    throw error;
  }
}
const minutes = (performance.now() - begun) / 60_000;
console.log(`\nmeasured in ${minutes.toFixed(1)} minutes`);
if (chosen.length === 0)
  writeFileSync(join(ROOT, 'docs', 'benchmarks.md'), document(lines, { zookeeper: version, minutes, rivals }));

function describe(line: Line): string {
  const [what, original, aim, ours, floor, ratio, about] = cells(line);
  const compared = floor === '' ? '' : `; floor ${floor}: ${ratio}`;
  return `${what}: ${ours}${compared} (original ${original || '-'}, aim ${aim || '-'}) ${about}`;
}
