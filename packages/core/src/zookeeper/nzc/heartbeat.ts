import type { Clock } from '../../waiting/clock.ts';

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
export async function keepAlive(heartbeat: Heartbeat, signal: AbortSignal): Promise<void> {
  try {
    await Promise.all([pingRegularly(heartbeat, signal), giveUpOnSilence(heartbeat, signal)]);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

async function pingRegularly({ clock, timeoutMs, ping }: Heartbeat, signal: AbortSignal): Promise<never> {
  for (;;) {
    await clock.sleep(timeoutMs / 3, signal);
    ping();
  }
}

async function giveUpOnSilence(heartbeat: Heartbeat, signal: AbortSignal): Promise<void> {
  const { clock, timeoutMs, lastHeard, giveUp } = heartbeat;
  const untilTooSilent = () => lastHeard() + (timeoutMs * 2) / 3 - clock.now();
  while (untilTooSilent() > 0) {
    await clock.sleep(untilTooSilent(), signal);
    // When we are late ourselves, what has arrived in the meantime is read first.
    await clock.sleep(1, signal);
  }
  giveUp();
}
