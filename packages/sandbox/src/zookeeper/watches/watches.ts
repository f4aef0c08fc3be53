import type { Acl } from '../tree/acl.ts';
import type { Change } from '../tree/data-tree.ts';
import { parentOf } from '../tree/paths.ts';
import { type WatchMode, WatchTable } from './watch-table.ts';

/** Types of events, as they are sent. */
export const WATCH_EVENT = { created: 1, deleted: 2, changed: 3, childrenChanged: 4 } as const;

export type WatchEvent = (typeof WATCH_EVENT)[keyof typeof WATCH_EVENT];

/** Whoever wants to hear of changes: a connection. */
export interface Watcher {
  /** @param acl of the znode: who may not read it is not told */
  notify(event: WatchEvent, path: string, acl?: readonly Acl[]): void;
}

interface News {
  readonly event: WatchEvent;
  readonly path: string;
  readonly acl: readonly Acl[];
}

/** Which watches a request is about. */
export const WATCH_KIND = { children: 1, data: 2, any: 3 } as const;

/** Every watch there is: those for a znode and its data, and those for its children. */
export class Watches {
  readonly data = new WatchTable<Watcher>();
  readonly children = new WatchTable<Watcher>();

  /** Tell whoever watches what changed. */
  readonly onChange = ({ type, path, acl, parentAcl }: Change): void => {
    const told = this.data.trigger(path);
    tell(told, { event: WATCH_EVENT[type], path, acl });
    if (type === 'changed') return;
    if (type === 'deleted') this.#tellOfEnd(told, { event: WATCH_EVENT.deleted, path, acl });
    const parent = parentOf(path) || '/';
    tell(this.children.triggerFlat(parent), { event: WATCH_EVENT.childrenChanged, path: parent, acl: parentAcl });
  };

  /** Who watches a znode's data and its children hears once that it is gone. */
  #tellOfEnd(told: ReadonlySet<Watcher>, news: News): void {
    const others = [...this.children.trigger(news.path)].filter((watcher) => !told.has(watcher));
    tell(others, news);
  }

  /** A watch that stays: for the znode, its data and its children, or for all below it. */
  addLasting(path: string, watcher: Watcher, mode: Exclude<WatchMode, 'once'>): void {
    // Recursive ones take the place of a watch for children, though they are never told of those.
    for (const table of [this.data, this.children]) table.add(path, watcher, mode);
  }

  has(path: string, kind: number, watcher: Watcher): boolean {
    return tablesOf(this, kind).some((table) => table.has(path, watcher));
  }

  /** @returns whether there was one */
  remove(path: string, kind: number, watcher: Watcher): boolean {
    const removed = tablesOf(this, kind).map((table) => table.remove(path, watcher));
    return removed.includes(true);
  }

  removeAll(watcher: Watcher): void {
    this.data.removeAll(watcher);
    this.children.removeAll(watcher);
  }

  countOf(watcher: Watcher): number {
    return this.data.countOf(watcher) + this.children.countOf(watcher);
  }
}

function tablesOf({ data, children }: Watches, kind: number): readonly WatchTable<Watcher>[] {
  if (kind === WATCH_KIND.children) return [children];
  return kind === WATCH_KIND.data ? [data] : [data, children];
}

function tell(watchers: Iterable<Watcher>, { event, path, acl }: News): void {
  for (const watcher of watchers) watcher.notify(event, path, acl);
}
