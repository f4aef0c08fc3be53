import type { Hook } from '@oclif/core';

import { EXIT_CODES } from '../exit-codes.ts';
import { nearest } from '../flags/nearest.ts';
import { wantsJson } from '../flags/output.ts';
import { createOutputs } from '../io/terminal.ts';
import { jsonText } from '../text/visible.ts';

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
  const { out, err } = createOutputs(process);
  if (wantsJson(argv)) return out.write(`${jsonText({ error: { code, message, hint } }, 2)}\n`);
  err.line(`error: ${message}`);
  err.line(`hint: ${hint}`);
};

function typed(id: string): string {
  return id.replaceAll(':', ' ');
}

// biome-ignore lint/style/noDefaultExport: what the framework looks for in a hook
export default commandNotFound;
