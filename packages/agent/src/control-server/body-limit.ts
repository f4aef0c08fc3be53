import type { ControlTask } from 'ochopod-core';

import type { ControlServerLimits } from './deps.ts';

type Limit = 'viewBytes' | 'signalBytes' | 'otherBytes';

const OF_TASK: Readonly<Record<ControlTask, Limit>> = {
  check: 'viewBytes',
  on: 'viewBytes',
  ok: 'viewBytes',
  signal: 'signalBytes',
  off: 'otherBytes',
  kill: 'otherBytes',
};

const LIMITS: ReadonlyMap<string, Limit> = new Map(Object.entries(OF_TASK));

/** How many bytes of a body are read that is sent to a path. */
export function bodyLimit(url: string, limits: ControlServerLimits): number {
  const [, task = ''] = /^\/control\/(\w+)/.exec(url) ?? [];
  return limits[LIMITS.get(task) ?? 'otherBytes'];
}
