import { describe, expect, test } from 'vitest';

import type { App, AppDraft } from '../../../src/marathon/app/app.ts';
import { changeBetween } from '../../../src/marathon/app/change.ts';
import { draft } from '../engine/drafts.ts';

const AT = '2026-01-01T00:00:00.000Z';
const DRAFT = draft({ cmd: 'sleep 1', env: { A: '1', B: '2' }, instances: 2 });
const APP: App = { ...DRAFT, version: AT, versionInfo: { lastScalingAt: AT, lastConfigChangeAt: AT } };

describe('changeBetween', () => {
  test('is a creation where there was nothing', () => {
    expect(changeBetween(undefined, DRAFT)).toBe('create');
  });

  test('is nothing for the same definition, in whatever order it is written', () => {
    expect(changeBetween(APP, { ...DRAFT, env: { B: '2', A: '1' } })).toBe('none');
  });

  test('is nothing for another version of the same definition', () => {
    const { versionInfo: _versionInfo, ...versioned } = { ...APP, version: 'another' };

    expect(changeBetween(APP, versioned)).toBe('none');
  });

  test('takes what is undefined for what is not there', () => {
    expect(changeBetween(APP, Object.assign({}, DRAFT, { user: undefined }))).toBe('none');
  });

  test('is a scaling when nothing but the number of instances differs', () => {
    expect(changeBetween(APP, { ...DRAFT, instances: 3 })).toBe('scale');
  });

  test.each<[string, Partial<AppDraft>]>([
    ['cmd', { cmd: 'sleep 2' }],
    ['args', { args: ['x'] }],
    ['env', { env: { A: '1' } }],
    ['labels', { labels: { tier: 'front' } }],
    ['mem', { mem: 129 }],
    ['a port', { portDefinitions: [{ port: 10_001, protocol: 'tcp', name: 'default', labels: {} }] }],
    ['the upgrade strategy', { upgradeStrategy: { minimumHealthCapacity: 0, maximumOverCapacity: 0 } }],
    ['the kill selection', { killSelection: 'OLDEST_FIRST' }],
    ['both a task and the number of instances', { cmd: 'sleep 2', instances: 5 }],
  ])('replaces every task when it changes %s', (_what, part) => {
    expect(changeBetween(APP, { ...DRAFT, ...part })).toBe('replace');
  });
});
