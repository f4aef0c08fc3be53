import { Args, Flags } from '@oclif/core';
import { jsonText } from 'ochopod-core';
import { deployFileSchema, type ExplainReport, explainFields } from 'ochopod-fleet/deploy-file';

import { OchoCommand } from '../ocho-command.ts';
import { fieldsTable, fieldText } from '../render/fields.ts';

export default class Explain extends OchoCommand {
  static override summary = 'explain the fields of deploy files';
  static override description =
    `Shows type, default, meaning and examples of a field, and the fields in it; without a name, all at a glance.

With --schema it prints the JSON Schema that editors complete and check deploy files with.`;
  static override examples = [
    { command: '<%= config.bin %> explain', description: 'every field' },
    { command: '<%= config.bin %> explain upgrade.minimumHealthy', description: 'one of them' },
    { command: '<%= config.bin %> explain --schema > deploy-file.schema.json', description: 'for an editor' },
  ];
  static override args = {
    field: Args.string({ ignoreStdin: true, description: 'a field, with dots for one in another: health.path' }),
  };
  static override flags = {
    zk: Flags.string({ hidden: true }),
    namespace: Flags.string({ hidden: true }),
    schema: Flags.boolean({ description: 'print the JSON Schema of deploy files' }),
  };

  async run(): Promise<unknown> {
    const { args, flags } = await this.parse(Explain);
    if (flags.schema) return this.#showSchema();
    const report = explainFields(args.field);
    await this.#showReport(report, args.field);
    return report;
  }

  async #showReport(report: ExplainReport, field: string | undefined): Promise<void> {
    const { [field ?? '']: chosen, ...others } = report;
    if (field === undefined || chosen === undefined) return this.showTable(fieldsTable(report));
    this.showText(fieldText(field, chosen));
    if (Object.keys(others).length === 0) return;
    this.show('');
    await this.showTable(fieldsTable(others));
  }

  #showSchema(): unknown {
    const schema = deployFileSchema();
    this.showText(jsonText(schema, 2));
    return schema;
  }
}
