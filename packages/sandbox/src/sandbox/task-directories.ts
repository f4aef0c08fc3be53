import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import type { SandboxPaths } from './sandbox-paths.ts';

/** Where a task writes what it prints, also when it has ended. */
export interface TaskDirectory {
  readonly taskId: string;
  /** The place of an application that it fills or filled, with others before and after it. */
  readonly instance: string;
  readonly directory: string;
}

/**
 * The last task of each instance of an application, or the one task of that id; oldest first.
 *
 * @param what an application's id, with or without its first slash, or a task's
 */
export async function taskDirectories(paths: SandboxPaths, what: string): Promise<readonly TaskDirectory[]> {
  const home = join(paths.marathon, 'tasks');
  const taskIds = await readdir(home).catch(() => []); // no task was ever launched
  const tasks = taskIds.map((taskId) => ({ ...partsOf(taskId), taskId, directory: join(home, taskId) }));
  const named = tasks.filter(({ taskId }) => taskId === what);
  if (named.length > 0) return named;
  const ofApplication = tasks
    .filter(({ instance }) => instance.startsWith(`${what.replace(/^\//, '').replaceAll('/', '_')}.instance-`))
    .sort((left, right) => left.incarnation - right.incarnation);
  return [...new Map(ofApplication.map((task) => [task.instance, task])).values()];
}

/** `<instance>._app.<incarnation>` */
function partsOf(taskId: string): { readonly instance: string; readonly incarnation: number } {
  const [, instance = taskId, incarnation = '1'] = /^(.+)\._app\.(\d+)$/.exec(taskId) ?? [];
  return { instance, incarnation: Number(incarnation) };
}
