import type { Hook } from '@oclif/core';

import { EXIT_CODES } from '../exit-codes.ts';
import { nearest } from '../flags/nearest.ts';
import { wantsJson } from '../flags/output.ts';

/** Say which command was probably meant. It is never run unasked. */
const commandNotFound: Hook.CommandNotFound = async ({ argv = [], config, ...asked }) => {
  const shown = config.commands.filter(({ hidden }) => !hidden);
  const id = typed(asked.id);
  const near = nearest(
    id,
    shown.map((command) => typed(command.id)),
  );
  const code = 'INVALID_INPUT';
  const message = `there is no command ${id}`;
  const hint = near === undefined ? `Run \`${config.bin} help\`.` : `Did you mean \`${config.bin} ${near}\`?`;
  process.exitCode = EXIT_CODES[code];
  if (wantsJson(argv)) process.stdout.write(`${JSON.stringify({ error: { code, message, hint } }, null, 2)}\n`);
  else process.stderr.write(`error: ${message}\nhint: ${hint}\n`);
};

function typed(id: string): string {
  return id.replaceAll(':', ' ');
}

// biome-ignore lint/style/noDefaultExport: what the framework looks for in a hook
export default commandNotFound;
