/** ZooKeeper's two kinds of watch: on a znode's data and existence, and on its children. */
type WatchKind = 'data' | 'child';

export interface Watched {
  readonly kind: WatchKind;
  readonly path: string;
}

interface Entry {
  readonly listener: () => void;
  readonly wakes: Set<() => void>;
}

/** One listener per path and kind, however many want to know: it wakes them all. */
export class WatchHub {
  readonly #entries = new Map<string, Entry>();
  readonly #release: (watched: Watched, listener: () => void) => void;

  /** @param release told of a listener that nobody needs any more */
  constructor(release: (watched: Watched, listener: () => void) => void) {
    this.#release = release;
  }

  /** What to register with the server's next answer, `undefined` when nobody wants to know by now. */
  listener({ kind, path }: Watched): (() => void) | undefined {
    return this.#entries.get(`${kind} ${path}`)?.listener;
  }

  /** @returns how to unsubscribe */
  subscribe(watches: readonly Watched[], wake: () => void): () => void {
    for (const watched of watches) this.#entry(watched).wakes.add(wake);
    return () => {
      for (const watched of watches) this.#unsubscribe(watched, wake);
    };
  }

  #entry({ kind, path }: Watched): Entry {
    const key = `${kind} ${path}`;
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const wakes = new Set<() => void>();
    const listener = () => {
      for (const wake of wakes) wake();
    };
    const entry = { listener, wakes };
    this.#entries.set(key, entry);
    return entry;
  }

  #unsubscribe(watched: Watched, wake: () => void): void {
    const key = `${watched.kind} ${watched.path}`;
    const entry = this.#entries.get(key);
    entry?.wakes.delete(wake);
    if (entry?.wakes.size !== 0) return;
    this.#entries.delete(key);
    this.#release(watched, entry.listener);
  }
}
