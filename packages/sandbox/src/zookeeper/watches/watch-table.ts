/** `once`: until its first event; `recursive`: for every znode below, too. */
export type WatchMode = 'once' | 'persistent' | 'recursive';

const NONE: readonly never[] = [];

/**
 * Who waits for what to happen at which path. A watcher has one watch for a path: the newest, as in the real server.
 */
export class WatchTable<W> {
  readonly #byPath = new Map<string, Map<W, WatchMode>>();
  readonly #byWatcher = new Map<W, Set<string>>();
  #recursive = 0;

  get pathCount(): number {
    return this.#byPath.size;
  }

  get size(): number {
    let count = 0;
    for (const watchers of this.#byPath.values()) count += watchers.size;
    return count;
  }

  watchers(): Iterable<W> {
    return this.#byWatcher.keys();
  }

  countOf(watcher: W): number {
    return this.#byWatcher.get(watcher)?.size ?? 0;
  }

  has(path: string, watcher: W): boolean {
    return this.#byPath.get(path)?.has(watcher) ?? false;
  }

  add(path: string, watcher: W, mode: WatchMode): void {
    const watchers = this.#byPath.get(path) ?? new Map<W, WatchMode>();
    if (watchers.get(watcher) === 'recursive') this.#recursive -= 1;
    if (mode === 'recursive') this.#recursive += 1;
    watchers.set(watcher, mode);
    this.#byPath.set(path, watchers);
    const paths = this.#byWatcher.get(watcher);
    if (paths === undefined) this.#byWatcher.set(watcher, new Set([path]));
    else paths.add(path);
  }

  /** @returns whether there was one */
  remove(path: string, watcher: W): boolean {
    const watchers = this.#byPath.get(path);
    const mode = watchers?.get(watcher);
    if (watchers === undefined || mode === undefined) return false;
    if (mode === 'recursive') this.#recursive -= 1;
    watchers.delete(watcher);
    if (watchers.size === 0) this.#byPath.delete(path);
    const paths = this.#byWatcher.get(watcher);
    paths?.delete(path);
    if (paths?.size === 0) this.#byWatcher.delete(watcher);
    return true;
  }

  removeAll(watcher: W): void {
    for (const path of [...(this.#byWatcher.get(watcher) ?? [])]) this.remove(path, watcher);
  }

  /** Who is to be told of something at `path`, each once. Watches that end with their first event are gone then. */
  trigger(path: string): ReadonlySet<W> {
    const told = this.triggerFlat(path);
    if (this.#recursive > 0) for (const above of pathsUpFrom(path)) this.#addRecursive(above, told);
    return told;
  }

  /** The same, of something that recursive watches are not told. */
  triggerFlat(path: string): Set<W> {
    const told = new Set<W>();
    for (const [watcher, mode] of this.#byPath.get(path) ?? NONE) {
      if (mode === 'recursive') continue;
      told.add(watcher);
      if (mode === 'once') this.remove(path, watcher);
    }
    return told;
  }

  #addRecursive(path: string, told: Set<W>): void {
    for (const [watcher, mode] of this.#byPath.get(path) ?? NONE) {
      if (mode === 'recursive') told.add(watcher);
    }
  }
}

/** The path itself, then those above it. */
function* pathsUpFrom(path: string): Iterable<string> {
  yield path;
  for (let above = path; above !== '/'; ) {
    above = above.slice(0, above.lastIndexOf('/')) || '/';
    yield above;
  }
}
