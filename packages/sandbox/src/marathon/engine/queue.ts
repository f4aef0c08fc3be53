import type { Queued } from './engine.ts';
import type { LaunchDelays } from './launch-delays.ts';
import { hasTask, type Standing } from './standing.ts';

/** What waits to be launched, by application. */
export function queueOf(standings: readonly Standing[], delays: LaunchDelays, now: number): readonly Queued[] {
  const waiting = new Map<string, Queued>();
  for (const standing of standings.filter((each) => !hasTask(each))) {
    const { app } = standing.instance;
    const before = waiting.get(app.id);
    waiting.set(app.id, {
      app,
      count: (before?.count ?? 0) + 1,
      delaySeconds: Math.max(0, (delays.until(app) - now) / 1000),
      since: before !== undefined && before.since < standing.since ? before.since : standing.since,
    });
  }
  return [...waiting.values()];
}
