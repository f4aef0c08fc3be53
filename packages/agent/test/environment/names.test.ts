import { describe, expect, test } from 'vitest';

import { namesOf } from '../../src/environment/names.ts';
import { readSettings } from '../../src/environment/settings.ts';

const registered = { ip: '10.0.0.1', public: 'Pod-7.example.com', node: 'i-0af' };
const isOurs = (env: Record<string, string> = {}) =>
  namesOf(readSettings({ ochopod_cluster: 'web', ...env }), registered);

describe('a pod is called', () => {
  test.each(['pod-7.example.com', 'i-0af', '10.0.0.1'])('%s, as it is registered', (name) => {
    expect(isOurs()(name)).toBe(true);
  });

  test('as its host is', () => {
    expect(isOurs({ HOST: 'Slave-3.internal' })('slave-3.internal')).toBe(true);
  });

  test.each([
    ['web.internal', true],
    ['a.pods.example.com', true],
    ['pods.example.com', false],
    ['evil.example', false],
  ])('%s: %s, where an estate has names of its own', (name, ours) => {
    expect(isOurs({ ochopod_hosts: 'WEB.internal, *.pods.example.com' })(name)).toBe(ours);
  });

  test('anything where that is allowed', () => {
    expect(isOurs({ ochopod_hosts: '*' })('evil.example')).toBe(true);
  });
});
