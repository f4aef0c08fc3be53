import { type ProcessGroup, signalled } from './process-group.ts';
import { type Family, livingMembers, type Member, startTicksOf } from './process-table.ts';

/** What was kept of a process group by somebody who is gone. */
export interface GroupTrace {
  /** The number of its head, and when that began. */
  readonly head?: { readonly pid: number; readonly startTicks: string } | undefined;
  /** `NAME=value`, as it was spawned with. */
  readonly mark: string;
}

/**
 * Find what is left of a group that another process spawned. A number that was given to another program since is never
 * taken for the group's: its head must have begun when it did, or one in the group must carry the mark.
 *
 * @returns a group whose head counts as ended; nothing when nobody is left of it
 * @throws {Error} where there is no `/proc` to look into
 */
export async function findProcessGroup(trace: GroupTrace): Promise<ProcessGroup | undefined> {
  const found = await membersOf(trace);
  const first = found[0];
  if (first === undefined) return undefined;
  return {
    pid: trace.head?.pid ?? first.pid,
    exited: Promise.resolve({ code: null, signal: null }),
    signal: async (name, whom = 'everybody') => {
      for (const { pid, inGroup } of await membersOf(trace)) {
        if (whom === 'child' ? pid === trace.head?.pid : inGroup || whom === 'everybody') signalled(pid, name);
      }
    },
    isGone: async () => (await membersOf(trace)).length === 0,
  };
}

async function membersOf({ head, mark }: GroupTrace): Promise<readonly Member[]> {
  const marked = await look({ mark });
  if (head === undefined) return marked;
  const all = await look({ pgid: head.pid, mark });
  const isOurs =
    (await startTicksOf(head.pid)) === head.startTicks ||
    all.some(({ pid, inGroup }) => inGroup && marked.some((member) => member.pid === pid));
  return isOurs ? all : marked;
}

async function look(family: Family): Promise<readonly Member[]> {
  const members = await livingMembers(family);
  if (members === undefined) throw new Error('there is no /proc here to find processes in');
  return members;
}
