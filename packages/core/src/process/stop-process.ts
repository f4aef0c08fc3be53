import type { Clock } from '../waiting/clock.ts';

import type { ProcessGroup } from './process-group.ts';

export interface StopOptions {
  readonly clock: Clock;
  /** How long the group may take to end by itself. */
  readonly graceMs: number;
  /** Never insist: what outlives the grace is left behind. */
  readonly soft: boolean;
  /** How it is asked to end; SIGTERM to the group unless the author knows better. */
  readonly ask: () => Promise<void>;
}

export type StopOutcome = 'ended' | 'killed' | 'left behind' | 'immortal';

/** How long the system may take to bury what was killed; longer only when stuck in the kernel. */
const BURIAL_MS = 5000;
const FIRST_LOOK_MS = 20;
const LAST_LOOK_MS = 500;

/**
 * Ask a process and everything it spawned to end, then insist.
 *
 * Takes no signal on purpose: once asked, a process must not be left half stopped. Its own bound is `graceMs`.
 */
export async function stopProcess(group: ProcessGroup, options: StopOptions): Promise<StopOutcome> {
  const { clock, graceMs, soft, ask } = options;
  const deadline = clock.now() + graceMs;
  void ask(); // never rejects, and may take longer than the grace
  if (await untilGone(group, { clock, deadline })) return 'ended';
  if (soft) return 'left behind';
  await group.signal('SIGKILL');
  return (await untilGone(group, { clock, deadline: clock.now() + BURIAL_MS })) ? 'killed' : 'immortal';
}

/**
 * The end of the head is an event; that of the rest of its group is not told to us and has to be looked for.
 *
 * @returns false when somebody was left at the deadline
 */
async function untilGone(
  group: ProcessGroup,
  { clock, deadline }: { clock: Clock; deadline: number },
): Promise<boolean> {
  if (!(await headEnds(group, { clock, deadline }))) return false;
  for (let look = FIRST_LOOK_MS; ; look = Math.min(look * 1.5, LAST_LOOK_MS)) {
    if (await group.isGone()) return true;
    const left = deadline - clock.now();
    if (left <= 0) return false;
    await clock.sleep(Math.min(look, left));
  }
}

async function headEnds(
  group: ProcessGroup,
  { clock, deadline }: { clock: Clock; deadline: number },
): Promise<boolean> {
  if (clock.now() >= deadline) return group.isGone();
  const ended = new AbortController();
  const late = clock.sleep(deadline - clock.now(), ended.signal).then(
    () => false,
    () => true,
  );
  const outcome = await Promise.race([group.exited.then(() => true), late]);
  ended.abort();
  return outcome;
}
