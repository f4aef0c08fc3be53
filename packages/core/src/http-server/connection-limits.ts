/** Below that even a pod that nobody disturbs could not be looked at. */
const FEWEST = 16;

/**
 * How many connections a server may hold at once: at most half of the files that its process may have open, so that what
 * else it does (processes, pipes, ZooKeeper) never finds none left.
 *
 * @param limits the text of `/proc/self/limits`, where there is one
 * @param most however many files may be open
 */
export function connectionsFor(limits: string | undefined, most: number): number {
  const [, files] = /^Max open files\s+(\d+)\s/m.exec(limits ?? '') ?? [];
  if (files === undefined) return most;
  return Math.max(FEWEST, Math.min(most, Math.floor(Number(files) / 2)));
}
