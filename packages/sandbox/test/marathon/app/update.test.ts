import { describe, expect, test } from 'vitest';

import { changeBetween } from '../../../src/marathon/app/change.ts';
import { parseAppUpdate } from '../../../src/marathon/app/parse-app.ts';
import { kept, parsed, parsedImage, updated } from './support.ts';

describe('an update', () => {
  test('replaces the fields that it names as a whole, and leaves the others', () => {
    const before = parsed({ env: { A: '1', B: '2' }, labels: { tier: 'front' }, instances: 3 });

    expect(updated(before, { env: { A: '9' } })).toEqual({ ...before, env: { A: '9' } });
  });

  test('that says what is so already changes nothing', () => {
    const before = parsed({ healthChecks: [{ path: '/' }], constraints: [['hostname', 'UNIQUE']], user: 'nobody' });

    expect(changeBetween(kept(before), updated(before, before))).toBe('none');
    expect(changeBetween(kept(before), updated(before, {}))).toBe('none');
    expect(changeBetween(kept(before), updated(before, { portDefinitions: [{ name: 'default' }] }))).toBe('none');
  });

  test('that only scales is a scaling', () => {
    const before = parsedImage({ networks: [{ mode: 'container/bridge' }], container: { docker: { image: 'i' } } });

    expect(changeBetween(kept(before), updated(before, { instances: 0 }))).toBe('scale');
  });

  test('takes the container that was answered back with another image', () => {
    const docker = { image: 'acme/web:1', network: 'BRIDGE', portMappings: [{ containerPort: 80 }] };
    const before = parsedImage({ container: { type: 'DOCKER', docker } });
    const container = { ...before.container, docker: { ...before.container?.docker, image: 'acme/web:2' } };

    const after = updated(before, { container });

    expect(after).toEqual({ ...before, container });
  });

  test('may be in the words of before 1.5', () => {
    const before = parsed({});

    expect(updated(before, { ports: [0, 9000] }).portDefinitions?.map(({ port }) => port)).toEqual([10_000, 9000]);
  });

  test('to another network takes the ports of that one', () => {
    const before = parsed({ portDefinitions: [{ port: 9000 }, { port: 9001 }] });

    const onBridge = updated(before, { networks: [{ mode: 'container/bridge' }] });
    const back = updated(onBridge, { networks: [{ mode: 'host' }] });

    expect(onBridge).not.toHaveProperty('portDefinitions');
    expect(onBridge.container?.portMappings).toHaveLength(1);
    expect(back.container).not.toHaveProperty('portMappings');
    expect(back.portDefinitions).toHaveLength(1);
  });

  test('of nothing makes a new application', () => {
    const update = parseAppUpdate({ cmd: 'x', id: '/another' }, { apps: [], id: '/web' });

    expect(update).toEqual({ draft: parsed({ cmd: 'x' }) });
  });

  test('may be a version to go back to', () => {
    const surroundings = { apps: [], id: 'web' };

    expect(parseAppUpdate({ version: 'v', id: 'x' }, surroundings)).toEqual({ id: '/web', version: 'v' });
  });
});

describe('service ports', () => {
  test('are numbers of the cluster, each given once', () => {
    const web = parsed({ ports: [0, 10_001] });
    const db = parsed({ id: '/db', ports: [0, 0] }, [web]);

    expect(web.portDefinitions?.map(({ port }) => port)).toEqual([10_000, 10_001]);
    expect(db.portDefinitions?.map(({ port }) => port)).toEqual([10_002, 10_003]);
  });

  test('that were given are kept when lower ones are free again', () => {
    const web = parsed({}, [parsed({ id: '/db' })]);

    expect(web.portDefinitions).toMatchObject([{ port: 10_001 }]);
    expect(updated(web, { ports: [0] }).portDefinitions).toMatchObject([{ port: 10_001 }]);
  });

  test('that were chosen are kept, whatever they are', () => {
    expect(parsed({ ports: [80, 31_000] }).portDefinitions?.map(({ port }) => port)).toEqual([80, 31_000]);
  });

  test('run out in the end', () => {
    const half = Array.from({ length: 10_001 }, (_, index) => 10_000 + index);

    expect(() => parsed({ id: '/b' }, [parsed({ ports: half })])).toThrow(
      'all service ports from 10000 to 20000 are taken',
    );
  });
});
