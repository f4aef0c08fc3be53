import { Flags } from '@oclif/core';
import { type ScaleReport, scaleClusters } from 'ochopod-fleet/scale';
import { parseScaleFactor, type ScaleFactor } from 'ochopod-fleet/words';

import { REQUIRED_CLUSTERS, STABLE_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { SCHEDULER_FLAGS } from '../flags/scheduler-flags.ts';
import { parseSeq } from '../flags/seqs.ts';
import { OchoCommand } from '../ocho-command.ts';
import { emptyQuestion } from '../render/questions.ts';
import { scaledTable, troubleLogs } from '../render/scaled.ts';

const factor = Flags.custom<ScaleFactor>({ parse: async (text) => parseScaleFactor(text) });
const seq = Flags.custom<number>({ parse: async (text) => parseSeq(text) });

export default class Scale extends OchoCommand {
  static override summary = 'have more or fewer pods in a cluster';
  static override description =
    `Up, new pods are awaited. Down is graceful: pods are shut down through their agents first, \
the dead ones before all others and then the youngest, and after that exactly their tasks are removed; the others go on as they are.

Pods that make up one cluster may come from several applications. Down chooses among all of them; up, the one that was
deployed last grows, or that of the pod that --group names. xF is rounded to the nearest, and leaves one pod at least.`;
  static override examples = [
    { command: '<%= config.bin %> scale marathon.web --factor @5', description: 'five pods' },
    { command: "<%= config.bin %> scale 'marathon.*' --factor x2", description: 'twice as many of each cluster' },
    { command: '<%= config.bin %> scale marathon.web --factor -1 --fifo', description: 'without the oldest' },
    {
      command: '<%= config.bin %> scale marathon.web --factor +1 --current 3',
      description: 'one more, if nobody else was faster',
    },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = {
    ...SCHEDULER_FLAGS,
    factor: factor({
      char: 'f',
      required: true,
      helpValue: '@N|xF|+N|-N',
      description: 'how many pods: @5, x2, x0.5, +1, -1',
    }),
    group: seq({ char: 'g', helpValue: '<seq>', description: 'up, the application of this pod grows' }),
    fifo: Flags.boolean({ description: 'down, the oldest pods go first' }),
    current: Flags.integer({ min: 0, description: 'refuse unless there are so many pods now', helpValue: '<N>' }),
    force: Flags.boolean({ description: 'allow it to leave no pod; at a terminal you are asked otherwise' }),
    strict: Flags.boolean({ description: 'up, wait until the processes of the new pods run' }),
    stable: STABLE_FLAG,
    timeout: timeoutFlag(300),
  };

  async run(): Promise<ScaleReport> {
    const { args, flags } = await this.parse(Scale);
    const { group, fifo, current, strict, timeout: timeoutMs } = flags;
    const consent = flags.force ? undefined : this.consent({ timeoutMs, questionOf: emptyQuestion });
    const force = flags.force || consent !== undefined;
    const workplace = { ...this.workplace(flags), scheduler: this.scheduler(flags) };
    const { report, tally, clusters } = await scaleClusters(workplace, {
      patterns: this.patterns(args.clusters, flags),
      wish: { factor: flags.factor, group, fifo, current, force },
      strict,
      stableMs: flags.stable,
      force: flags['force-deployment'],
      ...{ timeoutMs, consent },
    });
    await this.showTable(scaledTable(clusters));
    this.conclude(tally);
    const logs = clusters.flatMap(({ late }) => troubleLogs(late));
    if (!this.jsonEnabled()) for (const line of logs) this.context.io.err.line(line);
    return report;
  }
}
