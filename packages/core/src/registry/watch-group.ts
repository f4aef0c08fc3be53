import { setImmediate } from 'node:timers/promises';

import { Wakeup } from '../waiting/wakeup.ts';

const AT_ONCE = 64;

/**
 * Watches that make up one picture: they come and go with the names on a list, and each tells when it saw a change.
 */
export class WatchGroup {
  readonly #wakeup = new Wakeup();
  readonly #end = new AbortController();
  readonly #running = new Map<string, AbortController>();
  /** Aborts when the group ends, by whoever ended it or by the failure of one of its watches. */
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#end.signal]);
  }

  /** Run the watches of exactly these names: start the new ones, a few at a time, stop those whose name is gone. */
  async keep(names: ReadonlySet<string>, watch: (name: string, signal: AbortSignal) => Promise<void>): Promise<void> {
    for (const name of this.#running.keys()) if (!names.has(name)) this.stop(name);
    const added = [...names].filter((name) => !this.#running.has(name));
    for (let at = 0; at < added.length && !this.signal.aborted; at += AT_ONCE) {
      if (at > 0) await setImmediate(); // thousands in one go would keep everything else waiting, heartbeats too
      for (const name of added.slice(at, at + AT_ONCE)) this.start(name, (signal) => watch(name, signal));
    }
  }

  /** Run one more watch. When it fails by itself the whole group ends with its failure. */
  start(name: string, watch: (signal: AbortSignal) => Promise<void>): void {
    const stopped = new AbortController();
    this.#running.set(name, stopped);
    const signal = AbortSignal.any([this.signal, stopped.signal]);
    watch(signal).catch((error: unknown) => {
      if (!signal.aborted) this.end(error);
    });
  }

  stop(name: string): void {
    this.#running.get(name)?.abort(new Error(`no longer watching ${name}`));
    this.#running.delete(name);
  }

  /** Say that the picture changed. */
  changed(): void {
    this.#wakeup.wake();
  }

  /** Resolve when the picture changed since the last call; reject with the reason once the group has ended. */
  async next(): Promise<void> {
    await this.#wakeup.next(this.signal);
  }

  end(reason: unknown = new Error('nobody looks any more')): void {
    this.#end.abort(reason);
  }
}
