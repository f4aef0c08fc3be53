import { listMetrics, type MetricsReport } from 'ochopod-fleet/pods';

import { OPTIONAL_CLUSTERS, SEQ_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { METRICS_HEAD, metricsRow, metricsTable } from '../render/tables.ts';

export default class Poll extends OchoCommand {
  static override summary = 'show what the sanity checks of pods measured';
  static override description = 'For each pod: the metrics that its last sanity check returned, as JSON.';
  static override examples = [
    { command: '<%= config.bin %> poll marathon.web', description: 'the metrics of one cluster' },
    { command: '<%= config.bin %> poll marathon.web --seq 3 --output json', description: 'of one pod, for a program' },
  ];
  static override args = { clusters: OPTIONAL_CLUSTERS };
  static override flags = { seq: SEQ_FLAG, timeout: timeoutFlag(15) };

  async run(): Promise<MetricsReport> {
    const { args, flags } = await this.parse(Poll);
    const selection = {
      patterns: this.patterns(args.clusters, flags),
      seqs: flags.seq ?? [],
      timeoutMs: flags.timeout,
    };
    const { report, tally } = await this.showAsItComes(
      METRICS_HEAD,
      (onRow) =>
        listMetrics(this.workplace(flags), {
          ...selection,
          onRow: (pod, metrics, hasFailed) => onRow(metricsRow(pod, metrics, hasFailed)),
        }),
      (listed) => metricsTable(listed.report, new Set(listed.tally.failed.map(({ target }) => target))),
    );
    this.conclude(tally);
    return report;
  }
}
