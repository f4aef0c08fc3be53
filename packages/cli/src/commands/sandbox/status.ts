import { Flags } from '@oclif/core';
import type { SandboxStatus } from 'ochopod-sandbox';

import { sandboxesTable, statusTables } from '../../render/sandbox.ts';
import { DEFAULT_SANDBOX, runningSandbox } from '../../sandbox/find-sandbox.ts';
import { listSandboxes, type SandboxesReport } from '../../sandbox/list-sandboxes.ts';
import { SandboxCommand } from '../../sandbox-command.ts';

export default class SandboxStatusCommand extends SandboxCommand {
  static override summary = 'show what runs in a sandbox, and where';
  static override description =
    `Where its servers listen, its applications, tasks and ZooKeeper sessions, and the faults that are in force.

A task's directory holds its stdout and stderr. When the sandbox does not run the exit code is 3.`;
  static override examples = [
    { command: '<%= config.bin %> sandbox status', description: 'the one without a name' },
    { command: '<%= config.bin %> sandbox status --all --output json', description: 'every one, for a program' },
  ];
  static override flags = {
    name: Flags.string({ description: `which sandbox [default: ${DEFAULT_SANDBOX}]`, helpValue: '<name>' }),
    all: Flags.boolean({ description: 'list every sandbox', exclusive: ['name'] }),
  };

  async run(): Promise<SandboxStatus | SandboxesReport> {
    const { flags } = await this.parse(SandboxStatusCommand);
    const { sandboxes, signal } = this.context;
    if (flags.all) {
      const report = await listSandboxes(sandboxes);
      await this.showTable(sandboxesTable(report));
      return report;
    }
    const status = await sandboxes.status(await runningSandbox(sandboxes, flags.name ?? DEFAULT_SANDBOX), signal);
    await this.showTables(statusTables(status), flags);
    return status;
  }
}
