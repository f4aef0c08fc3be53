import type { SteeringReport } from 'ochopod-fleet/pods';

import { CHANGE_FLAGS, REQUIRED_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { SteerCommand } from '../steer-command.ts';

export default class On extends SteerCommand {
  static override summary = 'start the process of pods';
  static override description =
    `Starts the process of pods that were configured before and are off. A pod that runs already is left alone, and is a success.`;
  static override examples = [
    { command: '<%= config.bin %> on marathon.web --seq 3', description: 'one pod' },
    { command: "<%= config.bin %> on 'marathon.*' --force", description: 'every pod of every matching cluster' },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = { ...CHANGE_FLAGS, timeout: timeoutFlag(60) };

  async run(): Promise<SteeringReport> {
    const { args, flags } = await this.parse(On);
    return this.steer(args.clusters, flags, {
      ...{ verb: 'on', done: 'on', steps: [{ kind: 'control', task: 'on' }] },
      ask: (whom) => `Start the process of ${whom}?`,
    });
  }
}
