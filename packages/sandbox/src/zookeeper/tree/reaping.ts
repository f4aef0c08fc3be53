import type { DataTree } from './data-tree.ts';
import { CONTAINER, ttlOf } from './ownership.ts';
import type { Znode } from './znode.ts';

/**
 * Paths whose time has come: containers that had children and have none any more, childless znodes that were not
 * changed for longer than they may live.
 *
 * @param time milliseconds since 1970
 */
export function duePaths(tree: DataTree, time: number): readonly string[] {
  return [...tree.mortals].filter((path) => {
    const znode = tree.get(path);
    return znode !== undefined && isDue(znode, time);
  });
}

function isDue(znode: Znode, time: number): boolean {
  if (znode.childCount > 0) return false;
  if (znode.owner === CONTAINER) return znode.created > 0;
  const ttlMs = ttlOf(znode.owner);
  return ttlMs !== undefined && time - znode.mtime > ttlMs;
}
