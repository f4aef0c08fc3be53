import type { Config } from '@oclif/core';
import { jsonText } from 'ochopod-core';

import { EXIT_CODES } from './exit-codes.ts';
import { wantsJson } from './flags/output.ts';
import { unknownCommand } from './flags/unknown-command.ts';
import { createOutputs } from './io/terminal.ts';

/** Say that a line is no command, as commands say it, and end with 2. What was meant is never run unasked. */
export function refuse(
  message: string,
  { hint, argv }: { readonly hint: string; readonly argv: readonly string[] },
): void {
  const code = 'INVALID_INPUT';
  const { out, err } = createOutputs(process);
  process.exitCode = EXIT_CODES[code];
  if (wantsJson(argv)) {
    out.write(`${jsonText({ error: { code, message, hint } }, 2)}\n`);
    return;
  }
  err.line(`error: ${message}`);
  err.line(`hint: ${hint}`);
}

type Commands = Pick<Config, 'bin' | 'commands'>;

/** The same for words that name no command. */
export function refuseUnknown(
  words: readonly string[],
  { config, argv }: { config: Commands; argv: readonly string[] },
) {
  const ids = config.commands.filter(({ hidden }) => !hidden).map(({ id }) => id.replaceAll(':', ' '));
  const { typed, meant } = unknownCommand(words, ids);
  const hint = meant === undefined ? `Run \`${config.bin} help\`.` : `Did you mean \`${config.bin} ${meant}\`?`;
  refuse(`there is no command ${typed}`, { hint, argv });
}
