import { Flags } from '@oclif/core';

import { timeoutFlag } from '../../flags/common-flags.ts';
import { downTable } from '../../render/sandbox.ts';
import { DEFAULT_SANDBOX } from '../../sandbox/find-sandbox.ts';
import { type DownReport, stopSandboxes } from '../../sandbox/stop-sandboxes.ts';
import { SandboxCommand } from '../../sandbox-command.ts';

export default class SandboxDown extends SandboxCommand {
  static override summary = 'end a sandbox and everything that runs in it';
  static override description =
    `Asks the sandbox to end: its tasks are killed by process group, then both servers end, and its files are removed.

One that does not end within --timeout is killed, and what it left running is ended. That none runs is a success.`;
  static override examples = [
    { command: '<%= config.bin %> sandbox down', description: 'the one without a name' },
    { command: '<%= config.bin %> sandbox down --all', description: 'every one of yours' },
  ];
  static override flags = {
    name: Flags.string({ description: `which sandbox [default: ${DEFAULT_SANDBOX}]`, helpValue: '<name>' }),
    all: Flags.boolean({ description: 'every sandbox', exclusive: ['name'] }),
    timeout: timeoutFlag(60),
  };

  async run(): Promise<DownReport> {
    const { flags } = await this.parse(SandboxDown);
    const { sandboxes, signal } = this.context;
    const { report, tally } = await stopSandboxes(sandboxes, {
      name: flags.all ? undefined : (flags.name ?? DEFAULT_SANDBOX),
      timeoutMs: flags.timeout,
      signal,
    });
    await this.showTable(downTable(report));
    this.conclude(tally);
    return report;
  }
}
