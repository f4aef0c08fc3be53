import { Flags } from '@oclif/core';
import { type BumpReport, type BumpWish, bumpClusters } from 'ochopod-fleet/bump';
import { parseImage, withTag } from 'ochopod-fleet/deploy-file';
import { type Batch, parseBatch } from 'ochopod-fleet/words';

import { REQUIRED_CLUSTERS, STABLE_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { parseDuration } from '../flags/duration.ts';
import { SCHEDULER_FLAGS } from '../flags/scheduler-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { bumpedTable, bumpNotes } from '../render/bumped.ts';
import { undoQuestion } from '../render/questions.ts';

const batch = Flags.custom<Batch>({ parse: async (text) => parseBatch(text), helpValue: '<size>' });
const duration = Flags.custom<number>({ parse: async (text) => parseDuration(text), helpValue: '<duration>' });

const WHAT = { exactlyOne: ['tag', 'image', 'continue', 'abort'] };
const ROLLING = { exclusive: ['all-at-once', 'abort'] };

export default class Bump extends OchoCommand {
  static override summary = 'have another version of an image run';
  static override description =
    `Rolls it out batch by batch: an application with the new image is created beside the one \
that runs; when its first pods run, as many old ones are shut down through their agents and removed, and so on to the last. \
At every moment at least as many pods run as before. The new application then is the only one, and has an id of its own.

A batch that does not come up stops it, and everything stays as it is: end it with --continue or --abort, from wherever you
are. --rollback-on-failure goes back at once, which may take as long again as --timeout. --canary stops when so many new
pods run beside all the old ones.

With --all-at-once the image of the application is changed in place, and its scheduler replaces the pods as its upgrade
strategy says. A pod is up when its process runs, or, for one that waits for \`ocho on\`, when it has registered.`;
  /** The framework's own is garbled by flags that exclude several others. */
  static override usage = 'bump CLUSTERS... (--tag <tag> | --image <reference> | --continue | --abort) [FLAGS]';
  static override examples = [
    { command: '<%= config.bin %> bump marathon.web -v 2.1', description: 'the same image with another tag' },
    {
      command: '<%= config.bin %> bump marathon.web --image registry:5000/acme/web@sha256:… --batch 1 --pause 30s',
      description: 'another image, one pod at a time, half a minute apart',
    },
    { command: '<%= config.bin %> bump marathon.web -v 2.1 --canary 1', description: 'one pod, to begin with' },
    { command: '<%= config.bin %> bump marathon.web --continue', description: 'and then the others' },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = {
    ...SCHEDULER_FLAGS,
    tag: Flags.string({ char: 'v', description: 'another tag of the image that runs', helpValue: '<tag>', ...WHAT }),
    image: Flags.string({ description: 'another image', helpValue: '<reference>', ...WHAT }),
    continue: Flags.boolean({ description: 'go on with a bump that stopped', ...WHAT }),
    abort: Flags.boolean({
      description: 'go back from a bump that stopped; at a terminal you are asked first',
      ...WHAT,
    }),
    force: Flags.boolean({ description: 'with --abort, ask nothing', dependsOn: ['abort'] }),
    batch: batch({ description: 'how many pods at a time: 2, 25% [default: 25%, at least one]', ...ROLLING }),
    pause: duration({ description: 'wait so long between batches; the pods must still be up then', ...ROLLING }),
    canary: Flags.integer({ min: 1, description: 'stop when so many new pods run', helpValue: '<n>', ...ROLLING }),
    'all-at-once': Flags.boolean({ description: 'change the application in place', exclusive: ['continue', 'abort'] }),
    'rollback-on-failure': Flags.boolean({ description: 'have what was there before when pods do not come up' }),
    strict: Flags.boolean({ description: 'wait until the processes of all pods run' }),
    stable: STABLE_FLAG,
    timeout: timeoutFlag(600),
  };

  async run(): Promise<BumpReport> {
    const { args, flags } = await this.parse(Bump);
    const { tag, image, pause = 0, canary, strict, timeout: timeoutMs } = flags;
    const workplace = { ...this.workplace(flags), scheduler: this.scheduler(flags) };
    const { io, wallTime } = this.context;
    const { report, tally, bumped } = await bumpClusters(workplace, {
      patterns: this.patterns(args.clusters, flags),
      wish: wishOf({ tag, image, abort: flags.abort, allAtOnce: flags['all-at-once'] }),
      ...{
        strict,
        stableMs: flags.stable,
        canary,
        pauseMs: pause,
        batch: flags.batch ?? { kind: 'share', percent: 25 },
      },
      rollbackOnFailure: flags['rollback-on-failure'],
      force: flags['force-deployment'],
      ...{ timeoutMs, consent: flags.force ? undefined : this.consent({ timeoutMs, questionOf: undoQuestion }) },
      now: wallTime(),
      tell: (text) => io.err.line(text),
    });
    await this.showTable(bumpedTable(bumped));
    this.conclude(tally);
    if (!this.jsonEnabled()) for (const line of bumpNotes(bumped)) io.err.line(line);
    return report;
  }
}

interface Wanted {
  readonly tag: string | undefined;
  readonly image: string | undefined;
  readonly abort: boolean;
  readonly allAtOnce: boolean;
}

/** @throws {OchoError} `INVALID_INPUT` for what is no image reference */
function wishOf({ tag, image, abort, allAtOnce }: Wanted): BumpWish {
  if (tag === undefined && image === undefined) return { kind: abort ? 'abort' : 'continue' };
  if (image !== undefined) parseImage(image);
  return { kind: 'image', allAtOnce, imageOf: (present) => image ?? withTag(present, tag ?? '') };
}
