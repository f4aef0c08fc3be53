import type { Random } from '../../../packages/sandbox/test/zookeeper/hardship/random.ts';
import { eventually } from '../eventually.ts';
import type { FleetStage } from '../fleet-stage.ts';
import { sampleRunning } from '../sampler.ts';
import type { Ran } from '../stage.ts';
import { type Change, type Drawing, KINDS, type Kind, possible, type SizeLimits, taggedImage } from './changes.ts';
import { type Interrupted, type Interruption, interrupt, SIGNALS } from './interrupt.ts';
import { markOf, problemOfLastWords } from './last-words.ts';
import { CLUSTER, podsOf, problemOf, runningIn, type Standing, standingOf, type Wanted } from './standing.ts';

/** What came of a round. */
export interface Played extends Outcome {
  readonly name: string;
  /** Of the change; and of what was typed next, before it was typed again. */
  readonly interruptions: readonly Interruption[];
  /** What such a change takes when nobody interrupts it. */
  readonly ofMs: number;
}

/** `through` before the signal; `unheard` where the signal itself ended it; `told` where it said so. */
type Ended = 'through' | 'unheard' | 'told';

interface Outcome {
  readonly ended: Ended;
  /** What was typed next was `done`, found `nothing` left to do, or failed and was done when it was `repeated`. */
  readonly came: 'done' | 'nothing' | 'repeated';
}

/** What is typed next is interrupted as well. */
const TWICE = 0.3;
/** Whoever was told to go deregisters when its container ends. */
const REST_MS = 15_000;

/** One cluster that is changed again and again. */
export class Play {
  readonly #stage: FleetStage;
  readonly #limits: SizeLimits;
  /** What changes take, where they go from pod to pod for each, in milliseconds. */
  readonly #measured = new Map<string, number>();
  readonly #told: string[] = [];
  #tags = 1;
  /** As it was left. */
  #standing: Standing | undefined;

  constructor(stage: FleetStage, limits: SizeLimits) {
    this.#stage = stage;
    this.#limits = limits;
  }

  /** What was typed in this round, and what came of it. */
  get told(): string {
    return this.#told.join('\n');
  }

  /** Interrupt a change of this kind, do what an operator does then, and see that it comes to what was asked for. */
  async round(asked: string, random: Random): Promise<Played> {
    this.#told.length = 0;
    const name = await this.#choose(asked, random);
    const { draw, measure } = KINDS[name] as Kind;
    const drawing = await this.#drawing(random);
    const change = await draw(drawing);
    const ofMs = Math.round((this.#measured.get(measure) ?? 0) * sizeIn(change, drawing));
    const moment = (): Interruption => ({ signal: random.pick(SIGNALS), afterMs: random.below(ofMs) });
    const interruptions = [moment(), ...(random.happens(TWICE) ? [moment()] : [])];
    const outcome = await this.#whileSampled(change, async () => {
      const ended = await this.#interrupt(change, interruptions);
      return { ended, came: await this.#goOn(change) };
    });
    return { name, ofMs, interruptions, ...outcome };
  }

  /** What is asked for where it can be, once it is known how long such a change takes. */
  async #choose(asked: string, random: Random): Promise<string> {
    for (;;) {
      const drawing = await this.#drawing(random);
      const name = possible(asked, drawing);
      const kind = KINDS[name] as Kind;
      if (this.#measured.has(kind.measure)) return name;
      this.#measured.set(kind.measure, await this.#measure(kind, drawing));
    }
  }

  async #drawing(random: Random): Promise<Drawing> {
    const standing = this.#standing ?? (await standingOf(this.#stage));
    const [application] = Object.values(standing.applications);
    if (application === undefined) throw new Error('no application is left');
    const { image, instances: size } = application;
    this.#tags += 1;
    const tag = String(this.#tags);
    return { ...this.#limits, stage: this.#stage, random, pods: podsOf(standing), image, size, tag };
  }

  /** Carry it out to its end, and say how long it takes. */
  async #measure({ draw }: Kind, drawing: Drawing): Promise<number> {
    const change = await draw(drawing);
    const began = performance.now();
    const { code } = await this.#ocho(change.command, 'uninterrupted');
    const ms = performance.now() - began;
    if (code !== 0) throw new Error(`uninterrupted it ended with ${code}`);
    await this.#untilRested({ images: [drawing.image, taggedImage(drawing)], pods: change.wanted.pods });
    return ms / sizeIn(change, drawing);
  }

  async #whileSampled<T>({ atLeast }: Change, task: () => Promise<T>): Promise<T> {
    if (atLeast === undefined) return task();
    await using sampler = await sampleRunning(this.#stage, CLUSTER);
    const result = await task();
    if (sampler.samples.length === 0) throw new Error('nobody counted');
    const fewest = Math.min(...sampler.samples);
    if (fewest < atLeast) throw new Error(`there were ${fewest} pods running once, and ${atLeast} at the beginning`);
    return result;
  }

  /** @returns how the first of them ended */
  async #interrupt({ command, next, atLeast }: Change, interruptions: readonly Interruption[]): Promise<Ended> {
    const ends: Ended[] = [];
    for (const interruption of interruptions) {
      const typed = ends.length === 0 ? command : next;
      const before = await markOf(this.#stage);
      const interrupted = await interrupt(this.#stage, typed, interruption);
      this.#say(typed, interrupted, `${interruption.signal} after ${interruption.afterMs} ms`);
      ends.push(endOf(interrupted));
      if (interruption.signal === 'SIGKILL') continue;
      const problem = await problemOfLastWords(this.#stage, interrupted, { before, isBump: atLeast !== undefined });
      if (problem !== undefined) throw new Error(problem);
    }
    return ends[0] ?? 'through';
  }

  /** What fails names what is missing, and the same once more mends it. */
  async #goOn(change: Change): Promise<Outcome['came']> {
    const came = await this.#type(change, 'next');
    if (came !== undefined) return came;
    if ((await this.#type(change, 'repeated')) === undefined) throw new Error('it failed again');
    return 'repeated';
  }

  /** @returns nothing when it failed, and said of whom */
  async #type({ next, wanted, nothingLeft }: Change, how: string): Promise<'done' | 'nothing' | undefined> {
    const { code, said } = await this.#ocho(next, how);
    if (code === 3 && nothingLeft?.says.test(said) === true) {
      await this.#untilRested(nothingLeft.wanted);
      if (nothingLeft.instead !== undefined) await this.#typeInstead(nothingLeft.instead, wanted);
      return 'nothing';
    }
    if (code !== 0) {
      if (said.includes(CLUSTER)) return undefined;
      throw new Error(`it failed, and did not say what is missing: ${said}`);
    }
    const { running } = await this.#untilRested(wanted);
    if (running < wanted.pods) throw new Error(`it ended with 0 when ${running} of ${wanted.pods} ran`);
    return 'done';
  }

  async #typeInstead(command: readonly string[], wanted: Wanted): Promise<void> {
    const { code } = await this.#ocho(command, 'instead');
    if (code !== 0) throw new Error(`what it said to type ended with ${code}`);
    await this.#untilRested(wanted);
  }

  async #ocho(
    command: readonly string[],
    how: string,
  ): Promise<{ readonly code: number | null; readonly said: string }> {
    const ran = await this.#stage.ocho(...command);
    this.#say(command, ran, how);
    return { code: ran.code, said: `${ran.stdout}\n${ran.stderr}` };
  }

  /** @returns how many ran when it was looked at first */
  async #untilRested(wanted: Wanted): Promise<{ readonly running: number }> {
    const first = await standingOf(this.#stage);
    this.#standing = first;
    let problem = problemOf(first, wanted);
    const isRested = async () => {
      if (problem === undefined) return true;
      this.#standing = await standingOf(this.#stage);
      problem = problemOf(this.#standing, wanted);
      return problem === undefined;
    };
    try {
      await eventually('the cluster is what was asked for', isRested, REST_MS);
    } catch (error) {
      throw new Error(problem, { cause: error });
    }
    return { running: runningIn(first) };
  }

  #say(command: readonly string[], { code, stdout, stderr }: Ran, how: string): void {
    this.#told.push(`--- ocho ${command.join(' ')} (${how}): ${code}\n${stdout}${stderr}`);
  }
}

/** Bumps go from pod to pod; whatever else is done is done to all at once. */
function sizeIn({ command }: Change, { size }: Drawing): number {
  return command.includes('--batch') ? size : 1;
}

function endOf({ isThrough, isKilled }: Interrupted): Ended {
  if (isThrough) return 'through';
  return isKilled ? 'unheard' : 'told';
}
