import { inWords, type Pod } from 'ochopod-core';

import type { Application, Change, Task } from '../scheduler/index.ts';
import { type Demands, type Judgement, judgeTask, nameOf, type Sighting } from './judge-task.ts';

/** Who is waited for. */
export interface Expectation extends Demands {
  /** The application's id at the scheduler. */
  readonly application: string;
  /** How many must be up. */
  readonly count: number;
  /** Only tasks of this version count; undefined: any. */
  readonly version?: string;
  /** More versions whose tasks count, since they say the same. */
  readonly versions?: readonly string[];
  /** Tasks that do not count, by id: they were there before. */
  readonly except?: ReadonlySet<string>;
  /** What is to bring them about: it has to be over, and nobody may have changed the application since. */
  readonly change?: Pick<Change, 'version'>;
  /** How long they must have been up, in milliseconds. */
  readonly stableMs: number;
}

/** What is remembered of the looks before. */
export interface Remembered {
  /** For how long each task has been as it is, in milliseconds, by id. */
  readonly heldMs: ReadonlyMap<string, number>;
  /** How many tasks that would count have ended by themselves. */
  readonly failures: number;
  /** Why the scheduler finds no place for what is to start, and for how long that has been so, in milliseconds. */
  readonly unplaced?: { readonly why: string; readonly forMs: number } | undefined;
}

/**
 * Why something is missing:
 *
 * - `late`: it may still come
 * - `settling`: it is up, and not yet for long enough
 * - `dead`, `failing`, `off`: of a pod as it is judged
 * - `unplaced`: the scheduler finds no place for it
 * - `gone`: the application is
 * - `overtaken`: somebody else has changed the application
 */
export type MissingBecause = 'late' | 'settling' | 'dead' | 'failing' | 'off' | 'unplaced' | 'gone' | 'overtaken';

/** One that is not up: why, in a few words. */
export interface Missing {
  /** Its label; the id of its task while it has not registered, and one made up while it has no task. */
  readonly name: string;
  readonly pod: Pod | undefined;
  readonly task: Task | undefined;
  readonly because: MissingBecause;
  readonly why: string;
  /** The last lines that its process wrote to stderr before it ended. */
  readonly stderr: readonly string[];
}

/** How things stand with an application. */
export interface Standing {
  /** `failed`: waiting does not mend it. */
  readonly verdict: 'up' | 'failed' | 'waiting';
  /** In the order of seq. */
  readonly up: readonly Pod[];
  /** What waiting does not mend comes first. */
  readonly missing: readonly Missing[];
}

/** So many tasks that end by themselves are no accident. */
const FAILURES = 3;
/** Leaders of old agents turn pods off for a moment, and look like operators. */
const OFF_MS = 5000;
/** Whatever has a place may make room. */
const UNPLACED_MS = 10_000;

/** How many are up right now, whether for long enough or not. */
export function upNow({ up, missing }: Standing): number {
  return up.length + missing.filter(({ because }) => because === 'settling').length;
}

/** Say how things stand, and with whom. */
export function standingOf(sighting: Sighting, expected: Expectation, remembered: Remembered): Standing {
  const { application } = sighting;
  if (application === undefined) return { verdict: 'failed', up: [], missing: [gone(expected)] };
  const judged = judgedTasks(sighting, expected);
  const up = judged.filter((each) => each.is === 'up' && heldMs(each, remembered) >= expected.stableMs);
  const lacking = [
    ...judged
      .filter((each) => !up.includes(each))
      .map((each) => missingTask(each, expected, { ...remembered, application })),
    ...notStarted(application, { seen: judged.length, count: expected.count }, remembered),
  ];
  const whole = ofTheWhole(application, expected);
  const mayCome = lacking.filter(isLate).length;
  return {
    verdict: verdictOn({ up: up.length, mayCome, whole }, expected),
    up: up.flatMap(({ pod }) => pod ?? []).sort((left, right) => left.seq - right.seq),
    missing: [...whole, ...lacking].sort((left, right) => Number(isLate(left)) - Number(isLate(right))),
  };
}

/** How each of the tasks that count is. */
export function judgedTasks(sighting: Sighting, expected: Expectation): readonly Judgement[] {
  const tasks = sighting.application === undefined ? [] : tasksAwaited(sighting.application, expected);
  return tasks.map((task) => judgeTask(task, sighting, expected));
}

/** The tasks that count: of the right version, not on their way out, and not those that were there before. */
export function tasksAwaited({ tasks }: Application, expected: Expectation): readonly Task[] {
  return tasks.filter(
    ({ id, state, version }) =>
      state !== 'ending' && isVersionAwaited(version, expected) && expected.except?.has(id) !== true,
  );
}

export function isVersionAwaited(one: string, { version, versions }: Expectation): boolean {
  const accepted = version === undefined ? versions : [...(versions ?? []), version];
  return accepted?.includes(one) ?? true;
}

interface Found {
  readonly up: number;
  readonly mayCome: number;
  readonly whole: readonly Missing[];
}

function verdictOn({ up, mayCome, whole }: Found, { count }: Expectation): Standing['verdict'] {
  if (!whole.every(isLate)) return 'failed';
  if (up >= count) return whole.length === 0 ? 'up' : 'waiting';
  return up + mayCome < count ? 'failed' : 'waiting';
}

/** Whether waiting may mend it. */
export function isLate({ because }: Pick<Missing, 'because'>): boolean {
  return because === 'late' || because === 'settling';
}

function heldMs({ task }: Judgement, remembered: Remembered): number {
  return remembered.heldMs.get(task.id) ?? 0;
}

interface Circumstances extends Remembered {
  readonly application: Application;
}

function missingTask(judged: Judgement, { stableMs }: Expectation, circumstances: Circumstances): Missing {
  const { pod, task, stderr, is } = judged;
  const told = { name: nameOf(judged), pod, task, stderr };
  if (is === 'up') return { ...told, because: 'settling', why: `is up, and not yet for ${inWords(stableMs)}` };
  if (is === 'off') {
    return { ...told, because: heldMs(judged, circumstances) >= OFF_MS ? 'off' : 'late', why: judged.why };
  }
  const isReplaced = is === 'late' && (pod === undefined || task.healthy === false);
  if (!isReplaced) return { ...told, because: is, why: judged.why };
  const because = circumstances.failures >= FAILURES ? 'failing' : 'late';
  return { ...told, because, why: `${judged.why}${howOthersEnded(circumstances)}` };
}

/** Schedulers quote whole error pages. */
const MOST_WORDS = 200;

function howOthersEnded({ application: { lastFailure }, failures }: Circumstances): string {
  if (lastFailure === undefined || failures === 0) return '';
  const many = failures > 1 ? `${failures} ended by themselves, the last` : 'one ended by itself';
  return `; ${many}: ${lastFailure.why.slice(0, MOST_WORDS)}`;
}

/** Each of those that the scheduler has no task for yet, under a name of its own. */
function notStarted(
  application: Application,
  { seen, count }: { readonly seen: number; readonly count: number },
  remembered: Remembered,
): Missing[] {
  const because = becauseNotStarted(remembered);
  const why = whyNotStarted({ ...remembered, application });
  return Array.from({ length: Math.max(0, count - seen) }, (_none, at) => ({
    ...{ name: unstartedName(application.id, { number: seen + at + 1, count }), pod: undefined, task: undefined },
    ...{ because, why, stderr: [] },
  }));
}

function becauseNotStarted({ failures, unplaced }: Remembered): MissingBecause {
  if (failures >= FAILURES) return 'failing';
  return unplaced !== undefined && unplaced.forMs >= UNPLACED_MS ? 'unplaced' : 'late';
}

function whyNotStarted(circumstances: Circumstances): string {
  const { unplaced } = circumstances;
  const place =
    unplaced === undefined ? '' : `: the scheduler finds no place for it: ${unplaced.why.slice(0, MOST_WORDS)}`;
  return `${NOT_STARTED}${place}${howOthersEnded(circumstances)}`;
}

export const NOT_STARTED = 'has not started';

export function unstartedName(id: string, { number, count }: { number: number; count: number }): string {
  return `${id} (${number} of ${count})`;
}

function gone({ application }: Expectation): Missing {
  return { ...NOBODY, name: application, because: 'gone', why: 'the application is gone' };
}

const NOBODY = { pod: undefined, task: undefined, stderr: [] };

/** What is the matter with the application itself. */
function ofTheWhole({ id: name, version, changes }: Application, { change }: Expectation): Missing[] {
  if (change === undefined) return [];
  if (version !== change.version) {
    const why = `somebody else changed it meanwhile: it has version ${version}, and not ${change.version}`;
    return [{ ...NOBODY, name, because: 'overtaken', why }];
  }
  const [underWay] = changes;
  return underWay === undefined ? [] : [{ ...NOBODY, name, because: 'late', why: `deployment ${underWay} goes on` }];
}
