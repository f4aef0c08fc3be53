import type { Clock } from '../../time/clock.ts';

export interface Heartbeat {
  readonly clock: Clock;
  /** Of the session; a ping goes out every third of it, and two thirds of silence are too much. */
  readonly timeoutMs: number;
  /** When anything came from the server last. */
  readonly lastHeard: () => number;
  readonly ping: () => void;
  readonly giveUp: () => void;
}

/** Ping the server, and give the connection up when it falls silent. Ends when `signal` aborts, without throwing. */
export async function keepAlive({ clock, timeoutMs, lastHeard, ping, giveUp }: Heartbeat, signal: AbortSignal) {
  let pinged = clock.now();
  try {
    for (;;) {
      const due = Math.min(pinged + timeoutMs / 3, lastHeard() + (timeoutMs * 2) / 3);
      // At least a moment: when we are late ourselves, what has arrived in the meantime is read first.
      await clock.sleep(Math.max(1, due - clock.now()), signal);
      if (clock.now() >= lastHeard() + (timeoutMs * 2) / 3) {
        await clock.sleep(1, signal);
        if (clock.now() >= lastHeard() + (timeoutMs * 2) / 3) return giveUp();
      }
      if (clock.now() < pinged + timeoutMs / 3) continue;
      pinged = clock.now();
      ping();
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
