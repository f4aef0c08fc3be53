import { Flags } from '@oclif/core';

import { GLOBAL_FLAGS } from './flags/common-flags.ts';
import { type GlobalFlags, OchoCommand } from './ocho-command.ts';
import type { Table } from './render/table.ts';
import { DEFAULT_SANDBOX } from './sandbox/find-sandbox.ts';

export const NAME_FLAG = Flags.string({
  description: 'which sandbox',
  helpValue: '<name>',
  default: DEFAULT_SANDBOX,
});

/** What the commands about sandboxes share: none of them talks to the ensemble that other commands are told of. */
export abstract class SandboxCommand extends OchoCommand {
  static override baseFlags = {
    ...GLOBAL_FLAGS,
    zk: Flags.string({ hidden: true }),
    namespace: Flags.string({ hidden: true }),
  };

  /** One after the other, apart by an empty line for people; those without rows are left out. */
  protected async showTables(tables: readonly Table[], { output }: Pick<GlobalFlags, 'output'>): Promise<void> {
    const draws = output === undefined ? this.context.io.out.isTty : output === 'table';
    const filled = tables.filter(({ rows }) => rows.length > 0);
    for (const [at, table] of filled.entries()) {
      if (at > 0 && draws) this.show('');
      await this.showTable(table);
    }
  }
}
