import { describe, expect, test } from 'vitest';

import { clusterOf, matchFleet } from '../../src/applications/fleet.ts';
import { fakePod } from '../../src/testing/fake-pods.ts';

const task = (id: string) => ({
  ...{ id, host: 'node-1', state: 'running' as const, healthy: undefined, version: '1', startedAt: undefined },
});

const application = (id: string, env: Readonly<Record<string, string>>, tasks: readonly string[]) => ({
  ...{
    id,
    image: 'web:1',
    instances: tasks.length,
    env,
    labels: {},
    version: '1',
    changes: [],
    isChecked: false,
    lastFailure: undefined,
  },
  tasks: tasks.map(task),
});

const podOf = (label: string, taskId: string) => {
  const pod = fakePod(label);
  return { ...pod, registration: { ...pod.registration, task: taskId } };
};

describe('applications and pods', () => {
  test('are matched by the ids of tasks, and neither side loses anybody', () => {
    const [zero, one, stray] = [podOf('demo.web #0', 'a'), podOf('demo.web #1', 'c'), podOf('demo.web #2', 'gone')];
    const env = { ochopod_cluster: 'web', ochopod_namespace: 'demo' };
    const fleet = matchFleet([application('x', env, ['a', 'b']), application('y', env, ['c'])], [zero, one, stray]);

    expect(fleet.applications.map(({ members }) => members.map(({ task: { id }, pod }) => [id, pod]))).toEqual([
      [
        ['a', zero],
        ['b', undefined],
      ],
      [['c', one]],
    ]);
    expect(fleet.strays).toEqual([stray]);
  });

  test('that make up no cluster are left out, their pods are strays', () => {
    const pod = podOf('demo.web #0', 'a');

    expect(matchFleet([application('x', {}, ['a'])], [pod])).toEqual({ applications: [], strays: [pod] });
  });

  test('belong to the namespace marathon unless they say another', () => {
    expect(clusterOf({ env: { ochopod_cluster: 'web' } })).toEqual({ cluster: 'web', namespace: 'marathon' });
    expect(clusterOf({ env: { ochopod_cluster: 'web', ochopod_namespace: '' } })).toMatchObject({
      namespace: 'marathon',
    });
    expect(clusterOf({ env: { ochopod_namespace: 'demo' } })).toBe(undefined);
  });
});
