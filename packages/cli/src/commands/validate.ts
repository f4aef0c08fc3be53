import { Args, Flags } from '@oclif/core';
import { DEFAULT_NAMESPACE } from 'ochopod-core';
import { type ValidationReport, validateFiles } from 'ochopod-fleet/deploy-file';

import { EXIT_CODES } from '../exit-codes.ts';
import { LONG_OUTPUT } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { validationLines } from '../render/validation.ts';

export default class Validate extends OchoCommand {
  static override summary = 'check deploy files without deploying them';
  static override description = `Says everything that is wrong with them, each with its place; asks nobody.

With overrides, settings that are still null after them are problems as well. Exits with 2 when there is any problem.`;
  static override examples = [
    { command: '<%= config.bin %> validate web.yml db.yml', description: 'two files' },
    {
      command: '<%= config.bin %> validate web.yml --overrides staging.yml --namespace staging',
      description: 'with what will be merged into their settings',
    },
  ];
  static override args = {
    files: Args.string({ multiple: true, required: true, ignoreStdin: true, description: 'deploy files' }),
  };
  static override flags = {
    zk: Flags.string({ hidden: true }),
    output: LONG_OUTPUT,
    overrides: Flags.string({
      char: 'o',
      multiple: true,
      description: 'overrides files, merged in this order; write them after the deploy files',
    }),
  };

  async run(): Promise<ValidationReport> {
    const { args, flags } = await this.parse(Validate);
    const report = await validateFiles(this.context, {
      paths: args.files,
      overrides: flags.overrides ?? [],
      namespace: flags.namespace || DEFAULT_NAMESPACE,
    });
    for (const line of validationLines(report)) this.show(line);
    if (Object.values(report).some(({ ok }) => !ok)) this.endWith(EXIT_CODES.INVALID_INPUT);
    return report;
  }
}
