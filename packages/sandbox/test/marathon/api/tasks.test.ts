import { describe, expect, test } from 'vitest';

import { ApiUnderTest } from './support/api-under-test.ts';

async function withTasks(...conditions: readonly ('Running' | 'Staging' | 'Scheduled' | 'Killing' | 'Failed')[]) {
  const t = new ApiUnderTest();
  const app = await t.with({ id: '/a/web' });
  return { t, app, tasks: conditions.map((condition) => t.engine.run({ app, condition }).taskId) };
}

const idsOf = (tasks: readonly { id: string }[]) => tasks.map(({ id }) => id);

describe('GET tasks', () => {
  test('tells those that a machine has, of one application or of all', async () => {
    const { t, tasks } = await withTasks('Running', 'Scheduled', 'Staging');
    const listed = [tasks[0], tasks[2]];

    expect(idsOf((await t.get('/v2/apps//a/web/tasks')).json().tasks)).toEqual(listed);
    expect(idsOf((await t.get('/v2/tasks')).json().tasks)).toEqual(listed);
    expect(idsOf((await t.get('/v2/tasks?status=staging')).json().tasks)).toEqual([tasks[2]]);
    expect(idsOf((await t.get('/v2/tasks?status[]=running&status[]=staging')).json().tasks)).toEqual(listed);
  });

  test('tells less of one that has ended', async () => {
    const { t } = await withTasks('Failed');

    const [task] = (await t.get('/v2/tasks')).json().tasks;

    expect(task).toMatchObject({ state: 'TASK_FAILED', appId: '/a/web' });
    expect(Object.keys(task)).not.toEqual(expect.arrayContaining(['stagedAt']));
    expect(task).not.toHaveProperty('ports');
  });

  test('tells what health checks said, by instance', async () => {
    const { t, app } = await withTasks();
    const result = { alive: false, consecutiveFailures: 2, lastFailure: '2026-01-01T00:00:00.000Z' };
    const { id } = t.engine.run({ app, health: [{ ...result, isFatal: false }] });

    const [task] = (await t.get('/v2/tasks')).json().tasks;

    expect(task.healthCheckResults).toEqual([{ ...result, instanceId: id }]);
  });
});

describe('DELETE /v2/apps/<id>/tasks', () => {
  test('kills all, and answers them', async () => {
    const { t, tasks } = await withTasks('Running', 'Staging', 'Scheduled');

    const response = await t.send('DELETE', '/v2/apps/a/web/tasks?wipe=True');

    expect(response.statusCode).toBe(200);
    expect(idsOf(response.json().tasks)).toEqual(tasks.slice(0, 2));
    expect(t.engine.asked).toEqual([['kill', tasks.slice(0, 2), { wipe: true }]]);
  });

  test.each([
    ['host=localhost', 1],
    ['host=*', 1],
    ['host=another', 0],
  ])('kills those on a host: %s', async (query, count) => {
    const { t } = await withTasks('Running');

    expect((await t.send('DELETE', `/v2/apps/a/web/tasks?${query}`)).json().tasks).toHaveLength(count);
  });

  test('scales down by those it kills', async () => {
    const { t, tasks } = await withTasks('Running', 'Running');

    const response = await t.send('DELETE', '/v2/apps/a/web/tasks?scale=true&force=true');

    expect(response.json()).toHaveProperty('deploymentId');
    expect(t.engine.asked).toEqual([['killAndScale', tasks, { force: true }]]);
  });

  test('does not scale and wipe', async () => {
    const { t } = await withTasks('Running');

    const response = await t.send('DELETE', '/v2/apps/a/web/tasks?scale=true&wipe=true');

    expect(response.statusCode).toBe(400);
    expect(response.json()).toEqual({ message: 'You cannot use scale and wipe at the same time.' });
  });
});

describe('DELETE /v2/apps/<id>/tasks/<task>', () => {
  test('kills one, and answers it', async () => {
    const { t, tasks } = await withTasks('Running', 'Running');

    const response = await t.send('DELETE', `/v2/apps/a/web/tasks/${tasks[1]}`);

    expect(response.json().task).toMatchObject({ id: tasks[1], state: 'TASK_KILLING' });
    expect(t.engine.asked).toEqual([['kill', [tasks[1]], { wipe: false }]]);
  });

  test('scales down by one', async () => {
    const { t, tasks } = await withTasks('Running');

    const response = await t.send('DELETE', `/v2/apps/a/web/tasks/${tasks[0]}?scale=True`);

    expect(response.json()).toHaveProperty('deploymentId');
    expect(t.engine.asked).toEqual([['killAndScale', tasks, { force: false }]]);
  });

  test('does not know a task that is not there, but scales by none without complaint', async () => {
    const { t } = await withTasks('Running');

    const killed = await t.send('DELETE', '/v2/apps/a/web/tasks/a_web.instance-1._app.1');
    const scaled = await t.send('DELETE', '/v2/apps/a/web/tasks/a_web.instance-1._app.1?scale=true');

    expect(killed.statusCode).toBe(404);
    expect(killed.json()).toEqual({ message: "Task 'a_web.instance-1._app.1' does not exist" });
    expect(scaled.statusCode).toBe(200);
  });
});

describe('POST /v2/tasks/delete', () => {
  test('kills those that it knows, and passes over the others', async () => {
    const { t, tasks } = await withTasks('Running', 'Running');

    const response = await t.send('POST', '/v2/tasks/delete', {
      ids: [tasks[0], 'gone.instance-1._app.1', 'old.1-2-3'],
    });

    expect(response.statusCode).toBe(200);
    expect(idsOf(response.json().tasks)).toEqual([tasks[0]]);
  });

  test('scales the applications of those it kills', async () => {
    const { t, tasks } = await withTasks('Running', 'Running');

    const response = await t.send('POST', '/v2/tasks/delete?scale=True&force=True', { ids: tasks });

    expect(response.json()).toHaveProperty('deploymentId');
    expect(t.engine.asked).toEqual([['killAndScale', tasks, { force: true }]]);
  });

  test.each<[string, string, unknown, number, object]>([
    [
      'an id that is none',
      '',
      { ids: ['x'] },
      400,
      { message: "Invalid task id 'x'. [taskId x no valid identifier (of class java.lang.String)]" },
    ],
    ['no ids', '', {}, 422, { message: 'Invalid JSON', details: [{ path: '/ids', errors: ['error.path.missing'] }] }],
    [
      'ids that are no list',
      '',
      { ids: 'a.b' },
      422,
      { message: 'Invalid JSON', details: [{ path: '/ids', errors: ['error.expected.jsarray'] }] },
    ],
    [
      'an unknown application',
      '?scale=true',
      { ids: ['b_c.instance-1._app.1'] },
      404,
      { message: "Path '/b/c' does not exist" },
    ],
    [
      'scaling and wiping',
      '?scale=true&wipe=true',
      { ids: [] },
      400,
      { message: 'You cannot use scale and wipe at the same time.' },
    ],
  ])('refuses %s', async (...[, query, body, status, answer]) => {
    const { t } = await withTasks('Running');

    const response = await t.send('POST', `/v2/tasks/delete${query}`, body);

    expect(response.statusCode).toBe(status);
    expect(response.json()).toEqual(answer);
    expect(t.engine.asked).toEqual([]);
  });
});
