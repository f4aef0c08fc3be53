import { setTimeout as delay } from 'node:timers/promises';

import type { FleetStage } from '../fleet-stage.ts';
import { collect, type Ran } from '../stage.ts';

/** What ends a command in the middle of its work: it hears of the first two. */
export const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGKILL'] as const;

export interface Interruption {
  readonly signal: (typeof SIGNALS)[number];
  readonly afterMs: number;
}

export interface Interrupted extends Ran {
  /** `code` tells nothing where the signal itself has ended it. */
  readonly isKilled: boolean;
  /** It was through before. */
  readonly isThrough: boolean;
}

/** Start `ocho`, send it a signal when so much time is over, and wait for its end. */
export async function interrupt(
  stage: FleetStage,
  command: readonly string[],
  { signal, afterMs }: Interruption,
): Promise<Interrupted> {
  const child = stage.start(...command);
  const ran = collect(child);
  const enough = new AbortController();
  // Chance, and no guess at when something is done.
  const late = delay(afterMs, undefined, { signal: enough.signal }).catch(() => {});
  await Promise.race([late, ran]);
  enough.abort();
  const isThrough = child.exitCode !== null;
  child.kill(signal);
  return { ...(await ran), isKilled: child.signalCode !== null, isThrough };
}
