import { type ClustersReport, listClusters } from 'ochopod-fleet/pods';

import { OPTIONAL_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { CLUSTERS_HEAD, clusterRow, clustersTable } from '../render/tables.ts';

export default class Ls extends OchoCommand {
  static override summary = 'show clusters at a glance';
  static override description =
    `For each cluster: how many of its registered pods run (running/total), and what its leader says.

A pod that does not answer counts as registered and not as running, and is named in the last column. One pod is waited for a
third of --timeout; on a terminal a cluster is shown once its own pods have answered.`;
  static override examples = [
    { command: '<%= config.bin %> ls', description: 'every cluster' },
    { command: "<%= config.bin %> ls 'marathon.*' --output json", description: 'some of them, for a program' },
  ];
  static override args = { clusters: OPTIONAL_CLUSTERS };
  static override flags = { timeout: timeoutFlag(15) };

  async run(): Promise<ClustersReport> {
    const { args, flags } = await this.parse(Ls);
    const selection = { patterns: this.patterns(args.clusters, flags), seqs: [], timeoutMs: flags.timeout };
    const { report, tally } = await this.showAsItComes(
      CLUSTERS_HEAD,
      (onRow) =>
        listClusters(this.workplace(flags), {
          ...selection,
          onCluster: (name, summary) => onRow(clusterRow(name, summary)),
        }),
      (listed) => clustersTable(listed.report),
    );
    this.conclude(tally);
    return report;
  }
}
