import { Flags } from '@oclif/core';
import { type RollbackReport, rollBackClusters } from 'ochopod-fleet/rollback';

import { REQUIRED_CLUSTERS, STABLE_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { SCHEDULER_FLAGS } from '../flags/scheduler-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { prose } from '../render/prose.ts';
import { rolledBackTable } from '../render/rolled-back.ts';
import { troubleLogs } from '../render/scaled.ts';

export default class Rollback extends OchoCommand {
  static override summary = 'have an application as it was in another version, and wait for its pods';
  static override description = prose(`Goes back to the newest version before that differs in more than its size, or to
the one that is named; \`ocho history\` shows them. Marathon replaces the pods as the application's upgrade strategy says.
The size stays: where that version had fewer pods, the application grows again once they run.

A version that did not come up may still be deploying, which locks the application: --force-deployment takes over.`);
  static override examples = [
    { command: '<%= config.bin %> rollback marathon.web', description: 'to the version before' },
    {
      command: '<%= config.bin %> rollback marathon.web --to 2026-01-31T23:59:59.000Z --strict',
      description: 'to that version, until its processes run',
    },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = {
    ...SCHEDULER_FLAGS,
    to: Flags.string({ description: 'this version, as `ocho history` names it', helpValue: '<version>' }),
    strict: Flags.boolean({ description: 'wait until the processes of the pods run' }),
    stable: STABLE_FLAG,
    timeout: timeoutFlag(300),
  };

  async run(): Promise<RollbackReport> {
    const { args, flags } = await this.parse(Rollback);
    const workplace = { ...this.workplace(flags), scheduler: this.scheduler(flags) };
    const { report, tally, applications } = await rollBackClusters(workplace, {
      ...{ patterns: this.patterns(args.clusters, flags), to: flags.to, strict: flags.strict, stableMs: flags.stable },
      force: flags['force-deployment'],
      timeoutMs: flags.timeout,
    });
    await this.showTable(rolledBackTable(applications));
    this.conclude(tally);
    const logs = [...applications.values()].flatMap(({ late = {} }) => troubleLogs(late));
    if (!this.jsonEnabled()) for (const line of logs) this.context.io.err.line(line);
    return report;
  }
}
