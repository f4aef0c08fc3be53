import { listPodStates, type PodsReport } from 'ochopod-fleet/pods';

import { OPTIONAL_CLUSTERS, SEQ_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { prose } from '../render/prose.ts';
import { PODS_HEAD, podRow, podsTable } from '../render/tables.ts';

export default class Grep extends OchoCommand {
  static override summary = 'show pods: where they are and what they do';
  static override description = prose(`For each pod: its IP, its node, the state of its process, and whether it leads.

A pod that does not answer within a third of --timeout is a row with its error. A cluster named in full that is not there is a failure; a glob
pattern that matches nothing is not.`);
  static override examples = [
    { command: '<%= config.bin %> grep', description: 'every pod' },
    { command: "<%= config.bin %> grep 'marathon.*' --seq 0", description: 'the first pod of each cluster' },
  ];
  static override args = { clusters: OPTIONAL_CLUSTERS };
  static override flags = { seq: SEQ_FLAG, timeout: timeoutFlag(15) };

  async run(): Promise<PodsReport> {
    const { args, flags } = await this.parse(Grep);
    const selection = {
      patterns: this.patterns(args.clusters, flags),
      seqs: flags.seq ?? [],
      timeoutMs: flags.timeout,
    };
    const { report, tally } = await this.showAsItComes(
      PODS_HEAD,
      (onRow) =>
        listPodStates(this.workplace(flags), { ...selection, onRow: (pod, summary) => onRow(podRow(pod, summary)) }),
      (listed) => podsTable(listed.report),
    );
    this.conclude(tally);
    return report;
  }
}
