import type { App } from '../app/app.ts';

interface Delay {
  readonly ms: number;
  readonly until: number;
}

/**
 * How long applications wait after tasks that ended by themselves: each time longer, until they were quiet for as long
 * as they wait at most. Kept for each change of the configuration, so that a new one starts afresh and scaling does not.
 */
export class LaunchDelays {
  readonly #delays = new Map<string, Delay>();

  /** @param now milliseconds of a clock, here and below */
  failed(app: App, now: number): void {
    const before = this.#delays.get(keyOf(app));
    const ms = nextDelayMs(app, before, now);
    this.#delays.set(keyOf(app), { ms, until: now + ms });
  }

  /** When the next task may be launched, at the earliest. */
  until(app: App): number {
    return this.#delays.get(keyOf(app))?.until ?? Number.NEGATIVE_INFINITY;
  }

  reset(app: App): void {
    this.#delays.delete(keyOf(app));
  }

  /** Forget all but these. */
  keep(apps: readonly App[]): void {
    const kept = new Set(apps.map(keyOf));
    for (const key of this.#delays.keys()) if (!kept.has(key)) this.#delays.delete(key);
  }
}

function nextDelayMs(app: App, before: Delay | undefined, now: number): number {
  const maxMs = app.maxLaunchDelaySeconds * 1000;
  const isQuiet = before === undefined || now - before.until > maxMs;
  return Math.min(maxMs, isQuiet ? app.backoffSeconds * 1000 : before.ms * app.backoffFactor);
}

function keyOf(app: App): string {
  return `${app.id} ${app.versionInfo.lastConfigChangeAt}`;
}
