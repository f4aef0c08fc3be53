import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, Stage, titled } from '../support/stage.ts';

describe.skipIf(missing)(titled('three pods started at once'), () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
    for (let pod = 0; pod < 3; pod += 1) stage.start({ settings: { model: { checkEvery: 1 } } });
    await stage.untilRunning('demo.web', 3);
    await eventually('everybody knows three pods', () => stage.pods.every(({ lastView }) => lastView?.size === 3));
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('have consecutive ranks and distinct numbers', () => {
    const views = stage.pods.map(({ lastView }) => lastView);
    expect(views.map((view) => view?.index).sort()).toEqual([0, 1, 2]);
    expect(stage.pods.map(({ seq }) => seq).sort()).toEqual([0, 1, 2]);
    expect(views.map((view) => view?.pods)).toEqual(Array(3).fill(views[0]?.pods));
  });

  test('are one line of ls, with the status that the leader probed', async () => {
    await eventually('probed', async () => (await stage.json('ls'))['demo.web'].status === '3 pods');
    expect(await stage.json('ls')).toMatchObject({ 'demo.web': { running: 3, total: 3, status: '3 pods' } });
    const { stdout, code } = await stage.ocho('ls');
    expect(stdout).toMatch(/demo\.web\s+3\/3\s+3 pods/);
    expect(code).toBe(0);
  });

  test('are three rows of grep, one of them the leader', async () => {
    const rows = await stage.json('grep', 'demo.*');
    expect(Object.keys(rows).sort()).toEqual(['demo.web #0', 'demo.web #1', 'demo.web #2']);
    expect(rows['demo.web #0']).toMatchObject({ ip: '127.0.0.1', node: 'local', process: 'running' });
    const states = Object.values(rows as Record<string, { state: string }>).map(({ state }) => state);
    expect(states.sort()).toEqual(['follower', 'follower', 'leader']);
    expect((await stage.ocho('grep', 'demo.web')).stdout).toMatch(/demo\.web #1\s+127\.0\.0\.1\s+local\s+running/);
  });

  test('show their metrics in poll', async () => {
    await eventually('checked', async () => (await stage.json('poll'))['demo.web #2']?.load === 0.5);
    expect(Object.keys(await stage.json('poll', '*.web'))).toHaveLength(3);
    expect((await stage.ocho('poll')).stdout).toMatch(/demo\.web #0\s+.*load/);
  });

  test('show where a port ended up', async () => {
    const { port, seq } = stage.pods[0] as { port: number; seq: number };
    const rows = await stage.json('port', String(port));
    expect(rows[`demo.web #${seq}`]).toMatchObject({ ip: '127.0.0.1', public: '127.0.0.1' });
    expect((await stage.ocho('port', String(port))).stdout).toContain(String(port));
  });

  test('show the last lines of their logs', async () => {
    const { stdout, code } = await stage.ocho('log', 'demo.web', '-i', '1');
    expect(stdout).toContain('told to be on');
    expect(stdout.trim().split('\n').length).toBeLessThanOrEqual(16);
    expect(code).toBe(0);
  });

  test('show everything about one of them', async () => {
    const info = await stage.json('info', 'demo.web', '-i', '1');
    expect(JSON.stringify(info)).toContain('"process":"running"');
    expect((await stage.ocho('info', 'demo.web', '-i', '1')).stdout).toContain('running');
  });

  test('are found by seq and by namespace, and not found under another name', async () => {
    expect(Object.keys(await stage.json('grep', 'web', '-n', 'demo'))).toHaveLength(3);
    expect((await stage.ocho('grep', 'demo.api')).code).toBe(3);
  });

  test('are turned off, on, signalled and run tools one by one', async () => {
    const before = stage.pods.find(({ seq }) => seq === 1)?.pid;
    expect(await stage.json('off', 'demo.web', '-i', '1')).toMatchObject({ 'demo.web': { ok: true, off: [1] } });
    expect((await stage.json('grep', 'demo.web'))['demo.web #1'].process).toBe('stopped');
    expect(await stage.json('on', 'demo.web', '-i', '1')).toMatchObject({ 'demo.web': { ok: true, on: [1] } });
    expect(stage.pods.find(({ seq }) => seq === 1)?.pid).not.toBe(before);
    expect(await stage.json('exec', 'demo.web', 'shell', 'echo $SIZE', '-i', '1')).toMatchObject({
      'demo.web #1': { code: 0, stdout: ['3'] },
    });
    expect(await stage.json('reset', 'demo.web', '-i', '1')).toMatchObject({ 'demo.web': { ok: true, reset: [1] } });
    await stage.untilRunning('demo.web', 3);
  });

  test('are not touched without being named', async () => {
    for (const verb of ['on', 'off', 'reset', 'kill']) expect((await stage.ocho(verb, 'demo.web')).code).toBe(2);
    expect((await stage.json('ls'))['demo.web'].running).toBe(3);
  });
});
