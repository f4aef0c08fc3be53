import { Args, Flags } from '@oclif/core';
import { applicationHistory, type HistoryReport } from 'ochopod-fleet/applications';

import { SHOW_SECRETS_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { SCHEDULER_TARGET_FLAGS } from '../flags/scheduler-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { historyTable } from '../render/history.ts';
import { prose } from '../render/prose.ts';

export default class History extends OchoCommand {
  static override summary = 'show the versions of an application, and what changed between them';
  static override description = prose(`Newest first, for each application of the cluster: image, size, and what changed
since the version before: variables, settings, labels, resources and anything else. Secrets are
masked.

Marathon forgets the versions of an application together with it. A rolling bump keeps the last five that differed with
the application that takes the place: they are shown under the id that they had.`);
  static override examples = [
    { command: '<%= config.bin %> history marathon.web', description: 'what was deployed, and when' },
    { command: '<%= config.bin %> history marathon.web --output json', description: 'for a program' },
  ];
  static override args = {
    cluster: Args.string({ required: true, ignoreStdin: true, description: 'cluster: <namespace>.<cluster>' }),
  };
  static override flags = {
    'show-secrets': SHOW_SECRETS_FLAG,
    zk: Flags.string({ hidden: true }),
    timeout: timeoutFlag(15),
    ...SCHEDULER_TARGET_FLAGS,
  };

  async run(): Promise<HistoryReport> {
    const { args, flags } = await this.parse(History);
    const { clock, signal } = this.context;
    const scheduler = this.scheduler(flags);
    const [pattern] = this.patterns([args.cluster], flags);
    if (pattern === undefined) throw new Error('one pattern was given');
    const report = await applicationHistory(
      { clock, signal, scheduler },
      { pattern, timeoutMs: flags.timeout, showSecrets: flags['show-secrets'] },
    );
    await this.showTable(historyTable(report));
    return report;
  }
}
