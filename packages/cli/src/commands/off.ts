import type { SteeringReport } from 'ochopod-fleet/pods';

import { CHANGE_FLAGS, REQUIRED_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { SteerCommand } from '../steer-command.ts';

export default class Off extends SteerCommand {
  static override summary = 'stop the process of pods';
  static override description =
    `Stops the process of pods, and keeps it stopped until they are switched on. A pod that is off already is a success.`;
  static override examples = [
    { command: '<%= config.bin %> off marathon.web --seq 3', description: 'one pod' },
    { command: "<%= config.bin %> off 'marathon.*' --force", description: 'every pod of every matching cluster' },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = { ...CHANGE_FLAGS, timeout: timeoutFlag(60) };

  async run(): Promise<SteeringReport> {
    const { args, flags } = await this.parse(Off);
    return this.steer(args.clusters, flags, {
      ...{ verb: 'off', done: 'off', steps: [{ kind: 'control', task: 'off' }] },
      ask: (whom) => `Stop the process of ${whom}?`,
    });
  }
}
