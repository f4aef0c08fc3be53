import { CHANGE_FLAGS, REQUIRED_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import type { SteeringReport } from '../operations/steer-pods.ts';
import { SteerCommand } from '../steer-command.ts';

export default class Kill extends SteerCommand {
  static override summary = 'shut pods down for good';
  static override description =
    `Stops the process of pods, lets them finish what they have to, and waits until each says that it is shut down for good.

A dead pod stays registered, so that its log can be read, until its container goes. One that is dead already is a success.`;
  static override examples = [
    { command: '<%= config.bin %> kill marathon.web --seq 3', description: 'one pod' },
    { command: "<%= config.bin %> kill 'marathon.*' --force", description: 'every pod of every matching cluster' },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = { ...CHANGE_FLAGS, timeout: timeoutFlag(120) };

  async run(): Promise<SteeringReport> {
    const { args, flags } = await this.parse(Kill);
    return this.steer(args.clusters, flags, { verb: 'down', done: 'down', steps: [{ kind: 'killUntilDead' }] });
  }
}
