import { OPTIONAL_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { type ClustersReport, listClusters } from '../operations/list-clusters.ts';
import { clustersTable } from '../render/tables.ts';

export default class Ls extends OchoCommand {
  static override summary = 'show clusters at a glance';
  static override description =
    `For each cluster: how many of its registered pods run (running/total), and what its leader says.

A pod that does not answer counts as registered and not as running, and is named in the last column.`;
  static override examples = [
    { command: '<%= config.bin %> ls', description: 'every cluster' },
    { command: "<%= config.bin %> ls 'marathon.*' --output json", description: 'some of them, for a program' },
  ];
  static override args = { clusters: OPTIONAL_CLUSTERS };
  static override flags = { timeout: timeoutFlag(15) };

  async run(): Promise<ClustersReport> {
    const { args, flags } = await this.parse(Ls);
    const { report, tally } = await listClusters(this.workplace(flags), {
      patterns: this.patterns(args.clusters, flags),
      seqs: [],
      timeoutMs: flags.timeout,
    });
    await this.showTable(clustersTable(report));
    this.conclude(tally);
    return report;
  }
}
