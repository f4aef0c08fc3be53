import { isOchoError, type OchoError, type Pod, podLabel } from 'ochopod-core';
import type { CallOptions, LogAnswer } from 'ochopod-core/control-client';

import { failureReport, type Tally } from '../tally.ts';
import type { Workplace } from '../workplace.ts';
import { askPods } from './ask-pods.ts';
import { findPods, findTargets, type Selection } from './find-pods.ts';
import { lastLines, warnOfMissed } from './read-logs.ts';

/** Agents cannot tell of new lines by themselves. */
const ASK_AGAIN_MS = 1000;
/** How often to look for pods that came, in rounds. */
const LIST_EVERY = 5;
/** A pod that does not answer holds the others up for this long at most. */
const ROUND_MS = 10_000;

export interface FollowRequest extends Selection {
  /** How many of the lines that are there already. */
  readonly lines: number | undefined;
  /** When to stop; `undefined` for not before Ctrl-C. */
  readonly followMs: number | undefined;
  onLines(lines: FollowedLines): void;
  /** Settles when what was told is read: nothing more is asked for before. @throws `signal.reason` */
  taken(signal: AbortSignal): Promise<void>;
}

interface FollowedLines {
  readonly pod: string;
  readonly lines: readonly string[];
}

/**
 * Tell the lines of the agents' logs, and new ones as they come.
 *
 * A pod that stops answering is said once and asked on; pods that come later are followed as well.
 */
export async function followLogs(workplace: Workplace, request: FollowRequest): Promise<Tally> {
  const { clock, signal } = workplace;
  const until = request.followMs === undefined ? Number.POSITIVE_INFINITY : clock.now() + request.followMs;
  const first = await findTargets(workplace, request);
  const followed = new Map<string, FollowedPod>();
  let pods = first.pods;
  for (let round = 1; ; round += 1) {
    await askRound(workplace, { pods, followed, request });
    await request.taken(signal);
    if (clock.now() + ASK_AGAIN_MS > until) break;
    await clock.sleep(ASK_AGAIN_MS, signal);
    if (round % LIST_EVERY === 0) pods = (await listAgain(workplace, request)) ?? pods;
  }
  const failed = [...followed.values()].flatMap(({ pod, error }) =>
    error === undefined ? [] : [{ target: podLabel(pod), error: failureReport(error) }],
  );
  return { expected: followed.size + first.failed.length, failed: [...failed, ...first.failed] };
}

interface FollowedPod {
  readonly pod: Pod;
  readonly log: LogAnswer | undefined;
  readonly error?: OchoError;
}

interface Round {
  readonly pods: readonly Pod[];
  readonly followed: Map<string, FollowedPod>;
  readonly request: FollowRequest;
}

async function askRound(workplace: Workplace, { pods, followed, request }: Round): Promise<void> {
  const quiet = { ...workplace, progress: { watch: () => {} } };
  const question = {
    pods,
    until: workplace.clock.now() + ROUND_MS,
    call: (pod: Pod, options: CallOptions) => {
      const known = followed.get(pod.key)?.log;
      return workplace.pods.log(pod, known === undefined ? { lines: request.lines } : { from: known.cursor }, options);
    },
  };
  for await (const outcome of askPods(quiet, question)) {
    const { pod } = outcome;
    const known = followed.get(pod.key);
    if (!outcome.ok) {
      if (known?.error === undefined) workplace.warn(`${outcome.error.message}; still trying`);
      followed.set(pod.key, { pod, log: known?.log, error: outcome.error });
      continue;
    }
    const log = outcome.value;
    warnOfMissed(workplace, { pod, log });
    const lines = known?.log === undefined ? lastLines(log.lines, request.lines) : since(known.log, log);
    if (lines.length > 0) request.onLines({ pod: podLabel(pod), lines });
    followed.set(pod.key, { pod, log });
  }
}

/** While ZooKeeper is away the pods that are known already are followed on. */
async function listAgain(workplace: Workplace, request: FollowRequest): Promise<readonly Pod[] | undefined> {
  try {
    return (await findPods({ ...workplace, warn: () => {} }, { ...request, timeoutMs: ROUND_MS })).pods;
  } catch (error) {
    if (isOchoError(error, 'INTERRUPTED') || !isOchoError(error)) throw error;
    return undefined;
  }
}

/** Agents that have cursors answer what is new; of old ones it is found out. */
function since(before: LogAnswer, now: LogAnswer): string[] {
  const isFresh = before.cursor !== undefined && now.cursor !== undefined;
  return lastLines(isFresh ? now.lines : newLines(before.lines, now.lines), undefined);
}

/**
 * What `now` holds beyond `before`: agents drop old lines at the front and add new ones at the end.
 *
 * When nothing of `before` is left, the agent was started anew or is faster than we ask, and all of `now` is new.
 */
export function newLines(before: readonly string[], now: readonly string[]): readonly string[] {
  const borders = bordersOf(now);
  let kept = 0;
  for (const line of before.slice(Math.max(0, before.length - now.length))) {
    while (kept > 0 && (kept === now.length || line !== now[kept])) kept = borders[kept - 1] as number;
    if (line === now[kept]) kept += 1;
  }
  return now.slice(kept);
}

/**
 * For each place: how long the longest beginning of `lines` is that also ends there, short of all up to it. This is what
 * makes the search linear, after Knuth, Morris and Pratt: a log may be the same line ten thousand times.
 */
function bordersOf(lines: readonly string[]): Int32Array {
  const borders = new Int32Array(lines.length);
  let length = 0;
  for (let at = 1; at < lines.length; at += 1) {
    while (length > 0 && lines[at] !== lines[length]) length = borders[length - 1] as number;
    if (lines[at] === lines[length]) length += 1;
    borders[at] = length;
  }
  return borders;
}
