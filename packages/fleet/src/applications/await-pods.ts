import {
  type ClusterName,
  isOchoError,
  OchoError,
  type Pod,
  type PodInfo,
  qualified,
  Wakeup,
  withDeadline,
} from 'ochopod-core';
import type { CallOptions } from 'ochopod-core/control-client';
import { advised } from '../advice.ts';
import { lastLines } from '../pods/read-logs.ts';
import type { Application } from '../scheduler/index.ts';
import type { FleetView } from './fleet.ts';
import { Memory } from './memory.ts';
import {
  type Expectation,
  judgedTasks,
  type Missing,
  NOT_STARTED,
  type Standing,
  standingOf,
  tasksAwaited,
  unstartedName,
} from './standing.ts';

export interface AwaitedPods extends Expectation {
  /** Where its pods register. */
  readonly cluster: ClusterName;
  /** On the clock of the workplace. */
  readonly until: number;
  /** Told after each look. */
  readonly onLook?: (standing: Standing) => void;
}

/** Who is up, and who is not. */
export interface PodsNow {
  /** In the order of seq; with `oneShot` also those that are done. */
  readonly up: readonly Pod[];
  /** What waiting does not mend comes first. */
  readonly missing: readonly MissingPod[];
}

export interface MissingPod extends Missing {
  /** The end of its agent's log, without line ends; empty when that cannot be read. */
  readonly lastLines: readonly string[];
}

/** `failed`: waiting does not mend it. */
export type UpOrNot = PodsNow & { readonly outcome: 'up' | 'timeout' | 'failed' };

/** The state of a process is told by nobody: it must be asked for. */
const LOOK_AGAIN_MS = 2000;
const INFO_MS = 5000;
const LOG_MS = 5000;
const LAST_LINES = 20;
/** The last look begins when the time is over: its questions take this long at most, and it a little longer. */
const LAST_MS = 1000;
const LAST_LOOK_MS = 2 * LAST_MS;

/**
 * Wait until so many are up, have stayed so, and what brings them about is over. At `until`, and as soon as waiting does not
 * mend it, say how things stand instead. What cannot be reached meanwhile may come back.
 *
 * @throws {OchoError} `INTERRUPTED`; `UNREACHABLE` when the scheduler or ZooKeeper cannot be reached at `until`
 */
export async function awaitPods(workplace: FleetView, awaited: AwaitedPods): Promise<UpOrNot> {
  const { verdict, up, missing } = await untilSettled(workplace, awaited);
  // The logs of those that nobody waited for are nobody's business.
  if (verdict === 'up') return { outcome: 'up', up, missing: missing.map((each) => ({ ...each, lastLines: [] })) };
  const outcome = verdict === 'waiting' ? 'timeout' : verdict;
  return { outcome, up, missing: await Promise.all(missing.map((each) => withLog(workplace, each))) };
}

async function untilSettled(workplace: FleetView, awaited: AwaitedPods): Promise<Standing> {
  const { clock, registry, scheduler, progress, signal } = workplace;
  const { cluster, count, until } = awaited;
  const wakeup = new Wakeup();
  const done = new AbortController();
  const watching = AbortSignal.any([signal, done.signal]);
  registry.watch(cluster, () => wakeup.wake(), watching);
  scheduler.watch(() => wakeup.wake(), watching);
  const looks = new Looks(workplace, awaited);
  progress.watch(() => ({ expected: count, missing: looks.missing, done: 'are up' }), watching);
  try {
    for (;;) {
      const standing = await looks.look();
      if (standing !== undefined) awaited.onLook?.(standing);
      if (standing !== undefined && standing.verdict !== 'waiting') return standing;
      const left = until - clock.now();
      if (left <= 0) return looks.last();
      await wakeup.nextWithin(clock, Math.min(left, looks.againMs), signal);
    }
  } finally {
    done.abort(new Error('the wait is over'));
  }
}

/** One look after the other at an application, and what is remembered between them. */
class Looks {
  readonly #workplace: FleetView;
  readonly #awaited: AwaitedPods;
  readonly #memory: Memory;
  #standing: Standing | undefined;
  #failure: unknown;

  constructor(workplace: FleetView, awaited: AwaitedPods) {
    this.#workplace = workplace;
    this.#awaited = awaited;
    this.#memory = new Memory(workplace.clock, awaited);
  }

  /** Who is not up, and why where there is more to say than that. */
  get missing(): readonly string[] {
    const { application, count } = this.#awaited;
    if (this.#standing === undefined) {
      return Array.from({ length: count }, (_none, at) => unstartedName(application, { number: at + 1, count }));
    }
    return this.#standing.missing.map(({ name, why }) => (why === NOT_STARTED ? name : `${name} (${why})`));
  }

  /** After how long to look again, if nobody wakes us. */
  get againMs(): number {
    const { leftMs } = this.#memory;
    return leftMs > 0 ? Math.min(leftMs, LOOK_AGAIN_MS) : LOOK_AGAIN_MS;
  }

  /** @returns nothing when somebody who must be asked cannot be reached */
  async look(): Promise<Standing | undefined> {
    const { clock, signal } = this.#workplace;
    const { application, until } = this.#awaited;
    const deadline = {
      clock,
      ms: Math.max(0, until - clock.now()) + LAST_LOOK_MS,
      what: `looking at ${application}`,
      parent: signal,
    };
    this.#failure = undefined;
    try {
      this.#standing = await withDeadline(deadline, (either) => this.#look(either));
      return this.#standing;
    } catch (error) {
      signal.throwIfAborted();
      if (!isOchoError(error, 'UNREACHABLE', 'SESSION_LOST', 'TIMEOUT')) throw error;
      this.#failure = error;
      return undefined;
    }
  }

  /** How things stood when they were last seen. */
  last(): Standing {
    const isLate = isOchoError(this.#failure, 'TIMEOUT');
    if (this.#standing !== undefined && (this.#failure === undefined || isLate)) return this.#standing;
    if (isOchoError(this.#failure, 'UNREACHABLE')) throw this.#failure;
    throw new OchoError(`nothing is known about ${this.#awaited.application}`, {
      code: 'UNREACHABLE',
      advice: advised({ to: 'follow' }),
      cause: this.#failure,
    });
  }

  async #look(signal: AbortSignal): Promise<Standing> {
    const { registry, scheduler } = this.#workplace;
    const { application: id, cluster } = this.#awaited;
    const [application, listing] = await Promise.all([
      scheduler.get(id, signal),
      registry.listPods([qualified(cluster)], signal),
    ]);
    const tasks = application === undefined ? [] : tasksAwaited(application, this.#awaited);
    const pods = listing.pods.filter(({ registration }) => tasks.some((task) => task.id === registration.task));
    const sighting = { application, pods, answers: await this.#ask(pods, signal) };
    const unplaced = await this.#whyUnplaced(application, tasks.length, signal);
    const remembered = this.#memory.note(application, judgedTasks(sighting, this.#awaited), unplaced);
    return standingOf(sighting, this.#awaited, remembered);
  }

  /** What has just been asked for need not have a place yet. */
  async #whyUnplaced(
    application: Application | undefined,
    tasks: number,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (application === undefined || this.#standing === undefined || tasks >= this.#awaited.count) return undefined;
    return this.#workplace.scheduler.whyUnplaced(application.id, signal);
  }

  async #ask(pods: readonly Pod[], signal: AbortSignal): Promise<ReadonlyMap<Pod, PodInfo | OchoError>> {
    const { fanOut } = await import('ochopod-core/control-client');
    const answers = new Map<Pod, PodInfo | OchoError>();
    const outcomes = fanOut(pods, { signal }, (pod) => this.#workplace.pods.info(pod, this.#within(INFO_MS, signal)));
    for await (const outcome of outcomes) answers.set(outcome.pod, outcome.ok ? outcome.value : outcome.error);
    return answers;
  }

  #within(ms: number, signal: AbortSignal): CallOptions {
    const { clock } = this.#workplace;
    return { timeoutMs: Math.max(LAST_MS, Math.min(ms, this.#awaited.until - clock.now())), signal };
  }
}

async function withLog({ pods, signal }: FleetView, missing: Missing): Promise<MissingPod> {
  const { pod } = missing;
  if (pod === undefined) return { ...missing, lastLines: [] };
  try {
    const { lines } = await pods.log(pod, { lines: LAST_LINES }, { timeoutMs: LOG_MS, signal });
    return { ...missing, lastLines: lastLines(lines, LAST_LINES) };
  } catch (error) {
    signal.throwIfAborted();
    if (!isOchoError(error)) throw error;
    return { ...missing, lastLines: [] };
  }
}
