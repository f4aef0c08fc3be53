import type { Change } from '../tree/data-tree.ts';
import { parentOf } from '../tree/paths.ts';
import { type WatchMode, WatchTable } from './watch-table.ts';

/** Types of events, as they are sent. */
export const WATCH_EVENT = { created: 1, deleted: 2, changed: 3, childrenChanged: 4 } as const;

export type WatchEvent = (typeof WATCH_EVENT)[keyof typeof WATCH_EVENT];

/** Whoever wants to hear of changes: a connection. */
export interface Watcher {
  notify(event: WatchEvent, path: string): void;
}

/** Which watches a request is about. */
export const WATCH_KIND = { children: 1, data: 2, any: 3 } as const;

/** Every watch there is: those for a znode and its data, and those for its children. */
export class Watches {
  readonly data = new WatchTable<Watcher>();
  readonly children = new WatchTable<Watcher>();

  /** Tell whoever watches what changed. */
  onChange = (change: Change, path: string): void => {
    if (change === 'changed') {
      tell(this.data.trigger(path), WATCH_EVENT.changed, path);
      return;
    }
    const told = this.data.trigger(path);
    tell(told, WATCH_EVENT[change], path);
    // Who watches a znode's data and its children hears once that it is gone.
    if (change === 'deleted') tell(this.children.trigger(path), WATCH_EVENT.deleted, path, told);
    const parent = parentOf(path) || '/';
    tell(this.children.trigger(parent), WATCH_EVENT.childrenChanged, parent);
  };

  /** A watch that stays: for the znode, its data and its children, or for all below it. */
  addLasting(path: string, watcher: Watcher, mode: Exclude<WatchMode, 'once'>): void {
    this.data.add(path, watcher, mode);
    if (mode === 'persistent') this.children.add(path, watcher, mode);
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

// biome-ignore lint/complexity/useMaxParams: called for every change, so without an object for each
function tell(
  watchers: ReadonlySet<Watcher> | undefined,
  event: WatchEvent,
  path: string,
  except?: ReadonlySet<Watcher>,
): void {
  if (watchers === undefined) return;
  for (const watcher of watchers) if (except?.has(watcher) !== true) watcher.notify(event, path);
}
