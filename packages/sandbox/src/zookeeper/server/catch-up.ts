import type { DataTree } from '../tree/data-tree.ts';
import type { Znode } from '../tree/znode.ts';
import type { WatchTable } from '../watches/watch-table.ts';
import { WATCH_EVENT, type WatchEvent, type Watcher, type Watches } from '../watches/watches.ts';
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
  const tellOrWatch = (paths: readonly string[], table: WatchTable<Watcher>, missed: Missed) => {
    for (const path of paths) {
      const event = missed(tree.get(path), relativeZxid);
      if (event === undefined) table.add(path, watcher, 'once');
      else watcher.notify(event, path);
    }
  };
  tellOrWatch(former.data, watches.data, missedData);
  tellOrWatch(former.exists, watches.data, missedCreation);
  tellOrWatch(former.children, watches.children, missedChildren);
  for (const path of former.persistent) watches.addLasting(path, watcher, 'persistent');
  for (const path of former.recursive) watches.addLasting(path, watcher, 'recursive');
}

interface Surroundings {
  readonly tree: DataTree;
  readonly watches: Watches;
}

/** What a watch set at `since` would have told by now, if anything. */
type Missed = (znode: Znode | undefined, since: number) => WatchEvent | undefined;

const missedData: Missed = (znode, since) => {
  if (znode === undefined) return WATCH_EVENT.deleted;
  return znode.mzxid > since ? WATCH_EVENT.changed : undefined;
};

const missedCreation: Missed = (znode) => (znode === undefined ? undefined : WATCH_EVENT.created);

const missedChildren: Missed = (znode, since) => {
  if (znode === undefined) return WATCH_EVENT.deleted;
  return znode.pzxid > since ? WATCH_EVENT.childrenChanged : undefined;
};
