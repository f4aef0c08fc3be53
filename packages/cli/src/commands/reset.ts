import { Flags } from '@oclif/core';
import type { SteeringReport, Step } from 'ochopod-fleet/pods';

import { CHANGE_FLAGS, REQUIRED_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { prose } from '../render/prose.ts';
import { SteerCommand } from '../steer-command.ts';

const RESTART: readonly Step[] = [
  { kind: 'control', task: 'off' },
  { kind: 'control', task: 'on' },
];

export default class Reset extends SteerCommand {
  static override summary = 'stop the process of pods, then start it again';
  static override description = prose(`Stops the process of each pod and starts it again.

With --registration the process is left alone: the agent drops its ZooKeeper session, registers again and queues for the
leadership anew.`);
  static override examples = [
    { command: '<%= config.bin %> reset marathon.web --seq 3', description: 'one pod' },
    { command: "<%= config.bin %> reset 'marathon.*' --force", description: 'every pod of every matching cluster' },
    { command: '<%= config.bin %> reset marathon.web --force --registration', description: 'register them again' },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = {
    ...CHANGE_FLAGS,
    registration: Flags.boolean({ description: 'register again, and leave the process alone' }),
    timeout: timeoutFlag(120),
  };

  async run(): Promise<SteeringReport> {
    const { args, flags } = await this.parse(Reset);
    const steps: readonly Step[] = flags.registration ? [{ kind: 'registerAgain' }] : RESTART;
    return this.steer(args.clusters, flags, {
      ...{ verb: 'reset', done: 'reset', steps },
      ask: (whom) =>
        flags.registration ? `Register ${whom} again?` : `Stop the process of ${whom}, and start it again?`,
    });
  }
}
