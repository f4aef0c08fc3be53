import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { FleetStage } from '../support/fleet-stage.ts';
import { sampleRunning } from '../support/sampler.ts';
import { collect } from '../support/stage.ts';

const PLAIN = 'e2e/pods/plain.js';
/** Of the broken version no pod ever comes up. */
const IMAGES = {
  ...{ 'acme/web:1': PLAIN, 'acme/web:2': PLAIN, 'host:5000/a/b*': PLAIN },
  'acme/web:broken': 'e2e/pods/no-such-pod.js',
};
const DIGEST = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('ocho bump', () => {
  let stage: FleetStage;
  let first: string;
  const applications = async (): Promise<Record<string, { image: string; instances: number; tasks: object }>> =>
    (await stage.json('apps', 'demo.web')).applications;
  const images = async () => Object.values(await applications()).map(({ image, instances }) => `${image} ${instances}`);
  const bump = async (...args: string[]) => {
    const { code, stdout, stderr } = await stage.ocho('bump', 'demo.web', ...args, '-j');
    const { 'demo.web': report, error } = JSON.parse(stdout);
    return { ...report, error, code, stderr };
  };

  beforeEach(async () => {
    stage = await FleetStage.open({ images: IMAGES });
    first = await stage.deploy('web', 3, 'acme/web:1');
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('rolls a version out, and at no moment fewer pods run than before', async () => {
    const sampler = await sampleRunning(stage, 'demo.web');
    const report = await bump('-v', '2', '--batch', '1', '-t', '60s');
    await sampler[Symbol.asyncDispose]();

    expect(report).toMatchObject({ ok: true, up: [3, 4, 5], code: 0 });
    expect(sampler.samples.length).toBeGreaterThan(10);
    expect(Math.min(...sampler.samples)).toBe(3);
    expect(await images()).toEqual(['acme/web:2 3']);
    const next = report.applications[first].application;
    await stage.untilQuiet(next, 3);
    await eventually('the old ones are gone', async () => (await stage.json('ls'))['demo.web'].total === 3);
    expect(await bump('-v', '2')).toMatchObject({ ok: true, up: [3, 4, 5], code: 0 });
    expect(Object.keys(await applications())).toEqual([next]);

    const { [next]: history } = await stage.json('history', 'demo.web');
    expect(history.versions.at(-1)).toMatchObject({ of: first, image: 'acme/web:1', instances: 3 });
    const back = await stage.json('rollback', 'demo.web', '--strict', '-t', '40s');
    expect(back['demo.web']).toMatchObject({
      ok: true,
      applications: { [next]: { image: 'acme/web:1', instances: 3 } },
    });
    expect(await images()).toEqual(['acme/web:1 3']);
  });

  test('stops at the first batch of a broken version, and goes back when told so', async () => {
    const { [first]: before } = await applications();
    const stopped = await bump('-v', 'broken', '-t', '20s');
    expect(stopped).toMatchObject({ ok: false, up: [], applications: { [first]: { done: 'stopped' } }, code: 4 });
    expect(stopped.failed['demo.web'].message).toMatch(/ended by themselves, the last: .*exited with/);
    expect((await applications())[first]).toEqual(before);
    expect((await images()).sort()).toEqual(['acme/web:1 3', 'acme/web:broken 1']);

    expect(await bump('--abort', '-t', '20s')).toMatchObject({ ok: true, up: [0, 1, 2], code: 0 });
    expect(await applications()).toEqual({ [first]: before });

    const back = await bump('-v', 'broken', '-t', '20s', '--rollback-on-failure');
    expect(back).toMatchObject({ ok: false, applications: { [first]: { done: 'restored' } }, code: 4 });
    expect(await applications()).toEqual({ [first]: before });
  });

  test('has a canary, which is followed by the others or goes', async () => {
    const { [first]: before } = await applications();
    expect(await bump('--image', `host:5000/a/b@${DIGEST}`, '--canary', '1', '-t', '30s')).toMatchObject({
      ...{ ok: true, up: [3], applications: { [first]: { done: 'canary' } }, code: 0 },
    });
    expect(await bump('--abort', '-t', '30s')).toMatchObject({ ok: true, up: [0, 1, 2], code: 0 });
    expect(await applications()).toEqual({ [first]: before });

    expect(await bump('--image', 'host:5000/a/b', '--canary', '1', '-t', '30s')).toMatchObject({ ok: true, up: [4] });
    expect(await bump('-v', '7')).toMatchObject({ error: { code: 'CONFLICT' }, code: 4 });
    expect(await bump('--continue', '--batch', '2', '-t', '40s')).toMatchObject({ ok: true, up: [4, 5, 6], code: 0 });
    expect(await images()).toEqual(['host:5000/a/b 3']);
    expect(await bump('--continue')).toMatchObject({ error: { code: 'NOT_FOUND' }, code: 3 });
  });

  test('all at once changes the application in place, and back when that fails', async () => {
    expect(await bump('-v', '2', '--all-at-once', '--strict', '-t', '40s')).toMatchObject({ ok: true, up: [3, 4, 5] });
    expect(await images()).toEqual(['acme/web:2 3']);
    const failed = await bump('-v', 'broken', '--all-at-once', '-t', '20s', '--rollback-on-failure');
    expect(failed).toMatchObject({ ok: false, applications: { [first]: { done: 'restored' } }, code: 4 });
    expect(await images()).toEqual(['acme/web:2 3']);
    await stage.untilQuiet(first, 3);
  });

  test('interrupted can be gone on with by whoever comes later', async () => {
    const child = stage.start('bump', 'demo.web', '-v', '2', '--batch', '1', '--pause', '1m', '-j');
    const ran = collect(child);
    await eventually('the first is replaced', async () => (await images()).includes('acme/web:1 2'));
    child.kill('SIGINT');

    const { code, stdout } = await ran;
    expect(code).toBe(130);
    expect(JSON.parse(stdout).error).toMatchObject({
      message: expect.stringContaining('demo.web has 1 of 3 pods of acme/web:2'),
    });
    expect(await bump('--continue', '-t', '40s')).toMatchObject({ ok: true, up: [3, 4, 5], code: 0 });
    expect(await images()).toEqual(['acme/web:2 3']);
  });
});
