import { awaitPods } from './await-pods.ts';
import type { FleetApplication, FleetWorkplace } from './fleet.ts';
import { type RemovalLimits, type Removed, removeMembers } from './remove-members.ts';

/**
 * Take the tasks of pods that are shut down for good from an application: nobody else replaces them, since their tasks
 * run. Whose process ended with 0 has done what it had to, and stays.
 *
 * @returns what went; the application is smaller by it
 * @throws {OchoError} `INTERRUPTED`
 */
export async function removeDead(
  workplace: FleetWorkplace,
  from: FleetApplication,
  limits: RemovalLimits,
): Promise<Removed> {
  const { application, cluster, members } = from;
  const { missing } = await awaitPods(workplace, {
    ...{ cluster, application: application.id, count: 0, stableMs: 0, until: limits.until },
    ...{ strict: false, oneShot: true },
  });
  const dead = new Set(missing.filter(({ because }) => because === 'dead').map(({ task }) => task?.id));
  const doomed = members.filter(({ task }) => dead.has(task.id));
  if (doomed.length === 0) return { count: 0, version: undefined, members: [], failed: [] };
  return removeMembers(workplace, { from, members: doomed, unlaunched: 0 }, limits);
}
