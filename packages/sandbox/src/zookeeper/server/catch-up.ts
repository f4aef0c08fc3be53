import type { DataTree } from '../tree/data-tree.ts';
import { WATCH_EVENT, type Watcher, type Watches } from '../watches/watches.ts';
import type { JuteReader } from '../wire/jute-reader.ts';

/** Watches that a client had on its last connection. */
export interface FormerWatches {
  /** The last transaction that the client knows of. */
  readonly relativeZxid: number;
  readonly data: readonly string[];
  readonly exists: readonly string[];
  readonly children: readonly string[];
  readonly persistent: readonly string[];
  readonly recursive: readonly string[];
}

export function readFormerWatches(from: JuteReader, options: { readonly hasLasting: boolean }): FormerWatches {
  const paths = () => from.vector(() => from.string());
  const former = { relativeZxid: from.number(), data: paths(), exists: paths(), children: paths() };
  if (!options.hasLasting) return { ...former, persistent: [], recursive: [] };
  return { ...former, persistent: paths(), recursive: paths() };
}

/** Tell a client what it has missed, and watch again what has not changed. */
export function catchUp(former: FormerWatches, watcher: Watcher, { tree, watches }: Surroundings): void {
  const { relativeZxid } = former;
  for (const path of former.data) {
    const znode = tree.get(path);
    if (znode === undefined) watcher.notify(WATCH_EVENT.deleted, path);
    else if (znode.mzxid > relativeZxid) watcher.notify(WATCH_EVENT.changed, path);
    else watches.data.add(path, watcher, 'once');
  }
  for (const path of former.exists) {
    if (tree.get(path) !== undefined) watcher.notify(WATCH_EVENT.created, path);
    else watches.data.add(path, watcher, 'once');
  }
  for (const path of former.children) {
    const znode = tree.get(path);
    if (znode === undefined) watcher.notify(WATCH_EVENT.deleted, path);
    else if (znode.pzxid > relativeZxid) watcher.notify(WATCH_EVENT.childrenChanged, path);
    else watches.children.add(path, watcher, 'once');
  }
  for (const path of former.persistent) watches.addLasting(path, watcher, 'persistent');
  for (const path of former.recursive) watches.addLasting(path, watcher, 'recursive');
}

interface Surroundings {
  readonly tree: DataTree;
  readonly watches: Watches;
}
