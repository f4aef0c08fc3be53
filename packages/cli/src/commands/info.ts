import { Args } from '@oclif/core';
import { describePod, type PodReport } from 'ochopod-fleet/pods';

import { SEQ_FLAG, SHOW_SECRETS_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { prose } from '../render/prose.ts';
import { podTable } from '../render/tables.ts';

export default class Info extends OchoCommand {
  static override summary = 'show everything about one pod';
  static override description = prose(`What the pod registered, what it answers, and which pod of its cluster leads.

A pod that does not answer is still shown as it registered. Secrets that it registered are masked.`);
  static override examples = [
    { command: '<%= config.bin %> info marathon.web --seq 3', description: 'for people' },
    { command: '<%= config.bin %> info marathon.web --seq 3 --output json', description: 'for a program' },
  ];
  static override args = {
    cluster: Args.string({ required: true, ignoreStdin: true, description: 'cluster: <namespace>.<cluster>' }),
  };
  static override flags = { seq: SEQ_FLAG, 'show-secrets': SHOW_SECRETS_FLAG, timeout: timeoutFlag(15) };

  async run(): Promise<PodReport> {
    const { args, flags } = await this.parse(Info);
    const { report, tally } = await describePod(this.workplace(flags), {
      patterns: this.patterns([args.cluster], flags),
      seqs: flags.seq ?? [],
      timeoutMs: flags.timeout,
      showSecrets: flags['show-secrets'],
    });
    await this.showTable(podTable(report));
    this.conclude(tally);
    return report;
  }
}
