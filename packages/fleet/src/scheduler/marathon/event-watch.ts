import type { Readable } from 'node:stream';

import { type BackoffPolicy, backoffMs, type Clock, onAbort, Wakeup, withEither } from 'ochopod-core';

import { readEvents, type StreamEvent } from './event-stream.ts';

export interface EventWatchOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly open: (path: string, signal: AbortSignal) => Promise<Readable>;
}

const REOPEN: BackoffPolicy = { firstMs: 250, maxMs: 5000, factor: 2, jitter: 0.3 };
/** Events are hints: proxies keep them back, and connections look alive for long. */
const LOOK_AGAIN_MS = 3000;
/** What says that something about applications may have changed. */
const TYPES = [
  'status_update_event',
  'deployment_success',
  'deployment_failed',
  'deployment_step_success',
  'instance_health_changed_event',
  'health_status_changed_event',
];
const PATH = `/v2/events?plan-format=light&${TYPES.map((type) => `event_type=${type}`).join('&')}`;

/** Marathon's events, over connections that may break: each new one counts as a change, for what was missed between two. */
export class EventWatch {
  readonly #options: EventWatchOptions;

  constructor(options: EventWatchOptions) {
    this.#options = options;
  }

  /** Call back at each event and each try to connect, until `signal` aborts. Never rejects. */
  async listen(onEvent: (event: StreamEvent | undefined) => void, signal: AbortSignal): Promise<void> {
    const { clock, random, open } = this.#options;
    for (let failures = 1; !signal.aborted; failures += 1) {
      try {
        const stream = await open(PATH, signal);
        failures = 0;
        onEvent(undefined);
        await untilEnd(stream, onEvent, signal);
      } catch {
        // Whatever it was: connect again, and look again.
      }
      if (signal.aborted) return;
      onEvent(undefined);
      await clock.sleep(backoffMs(REOPEN, Math.max(failures, 1), random()), signal).catch(() => {});
    }
  }

  /**
   * Look now, after each event, and every few seconds besides, until `look` says yes.
   *
   * @param look is given the deployments that failed meanwhile, with Marathon's reasons
   */
  async until(signal: AbortSignal, look: (failures: ReadonlyMap<string, string>) => Promise<boolean>): Promise<void> {
    const failures = new Map<string, string>();
    const wakeup = new Wakeup();
    const done = new AbortController();
    await withEither([signal, done.signal], async (either) => {
      void this.listen((event) => {
        note(event, failures);
        wakeup.wake();
      }, either);
      try {
        while (!(await look(failures))) await wakeup.nextWithin(this.#options.clock, LOOK_AGAIN_MS, signal);
      } finally {
        done.abort();
      }
    });
  }
}

async function untilEnd(stream: Readable, onEvent: (event: StreamEvent) => void, signal: AbortSignal): Promise<void> {
  const forget = onAbort(signal, () => stream.destroy());
  try {
    for await (const event of readEvents(stream)) onEvent(event);
  } finally {
    forget();
  }
}

function note(event: StreamEvent | undefined, failures: Map<string, string>): void {
  if (event?.type !== 'deployment_failed') return;
  const { id, reason } = (event.data ?? {}) as { id?: unknown; reason?: unknown };
  if (typeof id === 'string') failures.set(id, typeof reason === 'string' ? reason : 'no reason given');
}
