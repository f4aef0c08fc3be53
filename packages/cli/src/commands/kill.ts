import { Flags } from '@oclif/core';
import { type KillProspect, type KillReport, killPods } from 'ochopod-fleet/kill';
import type { SteeringReport } from 'ochopod-fleet/pods';

import { CHANGE_FLAGS, REQUIRED_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { SCHEDULER_FLAGS } from '../flags/scheduler-flags.ts';
import { killedTable } from '../render/killed.ts';
import { prose } from '../render/prose.ts';
import { killQuestion } from '../render/questions.ts';
import { consentUnlessChosen, SteerCommand } from '../steer-command.ts';

export default class Kill extends SteerCommand {
  static override summary = 'shut pods down for good, and take their tasks from the scheduler';
  static override description = prose(`Stops the process of pods, lets them finish what they have to, and waits until
each says that it is shut down for good. Then Marathon is told to end exactly their tasks, so that it starts no others in
their place; an application of which nobody is left is deleted.

Nobody is touched when Marathon does not answer. The task of a pod that cannot be reached is left alone, unless
--unreachable is given. Without any Marathon pods are shut down, and stay registered until somebody ends their
containers. A pod that is dead already is a success: the same command again finishes what was left half-done.`);
  static override examples = [
    { command: '<%= config.bin %> kill marathon.web --seq 3', description: 'one pod' },
    { command: "<%= config.bin %> kill 'marathon.*' --force", description: 'every pod of every matching cluster' },
    {
      command: '<%= config.bin %> kill marathon.web --force --unreachable',
      description: 'also what cannot be asked to shut down, or never came up',
    },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = {
    ...CHANGE_FLAGS,
    unreachable: Flags.boolean({
      description: 'also end tasks whose pod cannot be reached and, with --force, those that have no pod',
    }),
    timeout: timeoutFlag(120),
    ...SCHEDULER_FLAGS,
  };

  async run(): Promise<KillReport | SteeringReport> {
    const { args, flags } = await this.parse(Kill);
    if ((flags.marathon ?? '').trim() === '') {
      const report = await this.steer(args.clusters, flags, DOWN);
      this.workplace(flags).warn('no Marathon is given (--marathon, MARATHON_MASTER): tasks were left alone');
      return report;
    }
    const { timeout: timeoutMs } = flags;
    const consent = consentUnlessChosen(flags, () =>
      this.consent<KillProspect>({ timeoutMs, questionOf: killQuestion }),
    );
    const workplace = { ...this.workplace(flags), scheduler: this.scheduler(flags) };
    const { report, tally, ...killed } = await killPods(workplace, {
      patterns: this.patterns(args.clusters, flags),
      seqs: flags.seq ?? [],
      ...{ timeoutMs, consent },
      unreachable: flags.unreachable,
      force: flags['force-deployment'],
    });
    await this.showTable(killedTable(killed));
    this.conclude(tally, { allowPartial: flags['allow-partial'] });
    return report;
  }
}

const DOWN = {
  verb: 'down',
  done: 'down',
  steps: [{ kind: 'killUntilDead' }],
  ask: (whom: string) => `Shut down ${whom} for good?`,
} as const;
