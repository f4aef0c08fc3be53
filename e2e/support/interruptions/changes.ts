import type { Random } from '../../../packages/sandbox/test/zookeeper/hardship/random.ts';
import type { FleetStage } from '../fleet-stage.ts';
import { CLUSTER, type Wanted } from './standing.ts';

/** A change that is interrupted, and what an operator types then. */
export interface Change {
  readonly command: readonly string[];
  readonly next: readonly string[];
  /** When that ends with 0. */
  readonly wanted: Wanted;
  /** What it may say instead, since there is nothing left to do for it, and what is to be then. */
  readonly nothingLeft?: NothingLeft;
  /** At no moment fewer run. */
  readonly atLeast?: number;
}

interface NothingLeft {
  readonly says: RegExp;
  readonly wanted: Wanted;
  /** What it says to type, if what was asked for may not have begun. */
  readonly instead?: readonly string[];
}

export interface SizeLimits {
  readonly fewest: number;
  readonly most: number;
}

export interface Drawing extends SizeLimits {
  readonly stage: FleetStage;
  readonly random: Random;
  /** By name. */
  readonly pods: readonly string[];
  readonly image: string;
  readonly size: number;
  /** That nothing has had yet. */
  readonly tag: string;
}

export interface Kind {
  /** Those with the same take as long. */
  readonly measure: string;
  draw(drawing: Drawing): Change | Promise<Change>;
}

const WAIT = ['-t', '60s', '-j'];
const IN_BATCHES = ['--batch', '1', '--strict', ...WAIT];
const GO_ON = ['bump', CLUSTER, '--continue', ...IN_BATCHES];
const GO_BACK = ['bump', CLUSTER, '--abort', '--strict', ...WAIT];

export const taggedImage = ({ tag }: Pick<Drawing, 'tag'>): string => `acme/web:${tag}`;
const former = ({ image }: Drawing) => image;

/** Either it was over, or had not begun. */
const noBump = (images: readonly string[], pods: number) => ({
  says: /no bump of demo\.web is under way[\s\S]*Begin one with -v/,
  wanted: { images, pods },
});

function bump(
  nextOf: (command: readonly string[]) => readonly string[],
  imageThen: (drawing: Drawing) => string,
): Kind {
  return {
    measure: 'a bump',
    draw: (drawing) => {
      const { image, size, tag } = drawing;
      const command = ['bump', CLUSTER, '-v', tag, ...IN_BATCHES];
      const wanted = { images: [imageThen(drawing)], pods: size };
      const next = nextOf(command);
      const nothingLeft = {
        ...noBump([image, taggedImage(drawing)], size),
        ...(next === GO_ON && { instead: command }),
      };
      return { command, next, wanted, nothingLeft, atLeast: size };
    },
  };
}

/** From a canary: all the old ones are there, and one new one. */
function wayBack(next: readonly string[], imageThen: (drawing: Drawing) => string): Kind {
  return {
    measure: 'a way back',
    draw: async (drawing) => {
      const { stage, image, size, tag } = drawing;
      const canary = ['bump', CLUSTER, '-v', tag, '--canary', '1', '--strict', ...WAIT];
      const { code, stdout, stderr } = await stage.ocho(...canary);
      if (code !== 0) throw new Error(`no canary: ${stdout}\n${stderr}`);
      const wanted = { images: [imageThen(drawing)], pods: size };
      return { command: GO_BACK, next, wanted, nothingLeft: noBump([image], size), atLeast: size };
    },
  };
}

function scale({ image, pods: of }: Drawing, pods: number): Change {
  const command = ['scale', CLUSTER, '-f', `@${pods}`, '--strict', ...WAIT];
  return { command, next: command, wanted: { images: [image], pods, of } };
}

const MORE: Kind = {
  measure: 'more pods',
  draw: (drawing) => scale(drawing, drawing.size + 1 + drawing.random.below(drawing.most - drawing.size)),
};

const FEWER: Kind = {
  measure: 'fewer pods',
  draw: (drawing) => scale(drawing, drawing.size - 1 - drawing.random.below(drawing.size - drawing.fewest)),
};

const KILL: Kind = {
  measure: 'a pod is killed',
  draw: ({ random, image, size, pods }) => {
    const killed = random.pick(pods);
    const command = ['kill', CLUSTER, '-i', killed.split('#')[1] ?? '', ...WAIT];
    const wanted = { images: [image], pods: size - 1, of: pods.filter((name) => name !== killed) };
    return { command, next: command, wanted, nothingLeft: { says: new RegExp(`there is no pod ${killed}`), wanted } };
  },
};

const REMOVE: Kind = {
  measure: 'an application is removed',
  draw: async ({ stage, image, size, pods }) => {
    const application = await stage.deploy('web', 1, 'acme/web:extra');
    const command = ['rm', application, ...WAIT];
    const wanted = { images: [image], pods: size, of: pods };
    return {
      command,
      next: command,
      wanted,
      nothingLeft: { says: new RegExp(`no application is ${application}`), wanted },
    };
  },
};

/** By what is done, and what is done about it. */
export const KINDS: Readonly<Record<string, Kind>> = {
  'a bump, then --continue': bump(() => GO_ON, taggedImage),
  'a bump, then --abort': bump(() => GO_BACK, former),
  'a bump, then the same again': bump((command) => command, taggedImage),
  'bump --abort, then the same again': wayBack(GO_BACK, former),
  'bump --abort, then --continue': wayBack(GO_ON, taggedImage),
  'scale up, then the same again': MORE,
  'scale down, then the same again': FEWER,
  'kill, then the same again': KILL,
  'rm, then the same again': REMOVE,
};

/** The cluster stays large enough for something to be taken away, and small enough for a story. */
export function possible(name: string, { size, fewest, most }: Pick<Drawing, 'size' | 'fewest' | 'most'>): string {
  const kind = KINDS[name];
  if (size >= most && kind === MORE) return 'scale down, then the same again';
  if (size <= fewest && (kind === FEWER || kind === KILL)) return 'scale up, then the same again';
  return name;
}
