import type { Application, Task } from '../../src/scheduler/index.ts';
import { type FakePod, fakePod } from '../../src/testing/fake-pods.ts';

export const task = (id: string, more: Partial<Task> = {}): Task => ({
  ...{ id, host: 'node-1', state: 'running', healthy: undefined, version: 'v1', startedAt: undefined },
  ...more,
});

export const application = (...tasks: readonly Task[]): Application => ({
  ...{ id: 'web-1', image: 'acme/web:1', instances: 2, env: {}, labels: {}, version: 'v1', tasks },
  ...{ changes: [], isChecked: false, lastFailure: undefined },
});

export function podOf(label: string, taskId: string, more: Partial<FakePod> = {}): FakePod {
  const pod = fakePod(label, more);
  return { ...pod, registration: { ...pod.registration, task: taskId } };
}

export const EXPECTED = { application: 'web-1', count: 2, strict: false, stableMs: 0 } as const;

export const TWO = [task('t0'), task('t1')];
