import { type ApplicationsReport, listApplications } from 'ochopod-fleet/applications';

import { OPTIONAL_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { SCHEDULER_TARGET_FLAGS } from '../flags/scheduler-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { applicationsTable } from '../render/applications.ts';
import { prose } from '../render/prose.ts';

export default class Apps extends OchoCommand {
  static override summary = 'show applications: their tasks, pods, versions and deployments';
  static override description = prose(`Looks at Marathon and at ZooKeeper, and matches tasks with pods. For each
application: how many tasks run of those that it should have (running/wanted), how many of its registered pods run
(running/total), which version it is, and the deployment that changes it right now.

Tasks without a pod and pods without a task are shown as such. Applications that make up no cluster of pods are not shown.`);
  static override examples = [
    { command: '<%= config.bin %> apps', description: 'all of them' },
    { command: "<%= config.bin %> apps 'marathon.*' --output json", description: 'some, with each of their tasks' },
  ];
  static override args = { clusters: OPTIONAL_CLUSTERS };
  static override flags = { timeout: timeoutFlag(15), ...SCHEDULER_TARGET_FLAGS };

  async run(): Promise<ApplicationsReport> {
    const { args, flags } = await this.parse(Apps);
    const workplace = { ...this.workplace(flags), scheduler: this.scheduler(flags) };
    const { report, tally } = await listApplications(workplace, {
      patterns: this.patterns(args.clusters, flags),
      timeoutMs: flags.timeout,
    });
    await this.showTable(applicationsTable(report));
    this.conclude(tally);
    return report;
  }
}
