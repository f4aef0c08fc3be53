import { setTimeout as delay } from 'node:timers/promises';
import { execute, type Interfaces } from '@oclif/core';
import { ENDING_SIGNALS } from 'ochopod-core/process';

import { EXIT_CODES } from './exit-codes.ts';
import { tellAtExit } from './io/lost-result.ts';

export { tellAtExit };

/** Commands that need the plugins; a run of any other starts faster without looking for them. */
const WITH_PLUGINS = new Set([undefined, 'autocomplete', 'help', '--help', '-h']);

/** How long a command that was interrupted waits for whoever reads its output. */
const LAST_WORDS_MS = 1000;

/** Where the package lies, and what its package.json says. */
export interface Package {
  readonly root: string;
  readonly pjson: Interfaces.PJSON;
}

/** Run one command line. */
export async function main(argv: readonly string[], { root, pjson }: Package): Promise<void> {
  // The framework throws whatever its listener hears.
  process.stdout.removeAllListeners('error').on('error', tellAtExit);
  process.stderr.on('error', () => {}); // there is nobody left to tell
  const [topic = '', flag] = argv;
  if (Object.hasOwn(pjson.oclif.topics ?? {}, topic) && flag?.startsWith('-') && !['-h', '--help'].includes(flag)) {
    // The framework would show its help, and end with 0.
    const { refuse } = await import('./refuse.ts');
    return refuse(`nonexistent flag: ${flag}`, { hint: `Run \`ocho ${topic} --help\`.`, argv });
  }
  const plugins = WITH_PLUGINS.has(argv[0]) ? pjson.oclif.plugins : [];
  const loaded = { ...pjson, oclif: { ...pjson.oclif, ...(plugins && { plugins }) } };
  await execute({ args: [...argv], loadOptions: { root, pjson: loaded } });
  // From here on a signal ends the process at once: somebody may not read what is written, and never will.
  for (const name of ENDING_SIGNALS) process.removeAllListeners(name);
  const isTaken = Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  await (process.exitCode === EXIT_CODES.INTERRUPTED ? Promise.race([isTaken, delay(LAST_WORDS_MS)]) : isTaken);
  // A connection that does not end must not keep a command that is through from ending.
  process.exit();
}

function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    try {
      stream.write('', () => resolve());
    } catch {
      resolve(); // it is told at exit
    }
  });
}
