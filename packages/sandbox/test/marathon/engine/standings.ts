import type { App } from '../../../src/marathon/app/app.ts';
import type { Instance } from '../../../src/marathon/engine/instance.ts';
import type { Standing } from '../../../src/marathon/engine/standing.ts';
import { draft } from './drafts.ts';

/** A definition that is kept, changed last at `configAt`. */
export function definition(changes: Partial<App> = {}, configAt = '2026-01-01T00:00:00.000Z'): App {
  const versionInfo = { lastScalingAt: configAt, lastConfigChangeAt: configAt };
  return { ...draft(changes), version: configAt, versionInfo };
}

export function standing(app: App, changes: Partial<Instance> & { readonly isLeaving?: boolean } = {}): Standing {
  const { isLeaving = false, ...instance } = changes;
  return {
    isLeaving,
    since: '',
    instance: {
      id: 'web.instance-1',
      app,
      incarnation: 1,
      taskId: 'web.instance-1._app.1',
      condition: 'Running',
      hostPorts: [],
      stagedAt: undefined,
      startedAt: undefined,
      health: [],
      isReady: undefined,
      directory: undefined,
      ...instance,
    },
  };
}
