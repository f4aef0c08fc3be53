import type { Clock } from '../waiting/clock.ts';

/** How long anybody may stand still. */
const GRACE_MS = 10_000;

/** A quarter of a megabit: the slowest line that somebody would work over. */
const BYTES_PER_SECOND = 32 * 1024;

/** When so many bytes must be through, in milliseconds since the first. */
export function paceMs(bytes: number): number {
  return GRACE_MS + (bytes / BYTES_PER_SECOND) * 1000;
}

export interface Transfer {
  readonly clock: Clock;
  /** Bytes that are through by now; only ever grows. */
  readonly bytes: () => number;
  /** Aborts when it is over. */
  readonly over: AbortSignal;
}

/**
 * Wait until a transfer is over, or falls behind the slowest pace that is let through.
 *
 * @returns whether it kept the pace
 */
export async function keepsPace({ clock, bytes, over }: Transfer): Promise<boolean> {
  const began = clock.now();
  const before = bytes();
  while (!over.aborted) {
    const leftMs = began + paceMs(bytes() - before) - clock.now();
    if (leftMs <= 0) return false;
    await clock.sleep(leftMs, over).catch(() => {}); // only ever because it is over
  }
  return true;
}
