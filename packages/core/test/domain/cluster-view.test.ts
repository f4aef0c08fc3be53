import { describe, expect, test } from 'vitest';

import { ClusterView, parseClusterView } from '../../src/domain/cluster-view.ts';
import type { Registration } from '../../src/domain/registration.ts';

const pod = (seq: number, fields: Partial<Registration> = {}): Registration => ({
  cluster: 'web',
  namespace: 'demo',
  application: '',
  task: '',
  node: '',
  ip: `10.0.0.${seq}`,
  public: `52.0.0.${seq}`,
  port: '8080',
  ports: { 8080: 31_000 + seq, 6379: 32_000 + seq },
  seq,
  ...fields,
});

describe('a cluster view', () => {
  const view = new ClusterView({
    key: 'b',
    pods: { c: pod(1), a: pod(9), b: pod(4) },
    dependencies: { redis: { x: pod(12), y: pod(3) }, nobody: {} },
  });

  test('ranks the pod by the order of the keys and numbers it by its seq', () => {
    expect([view.index, view.seq, view.size]).toEqual([1, 4, 3]);
  });

  test('finds where the pods of a dependency answer, in the order of seq', () => {
    expect(view.grep('redis', 6379)).toBe('10.0.0.3:32003,10.0.0.12:32012');
    expect(view.grep('redis', 6379, true)).toBe('52.0.0.3:32003,52.0.0.12:32012');
  });

  test('puts IPv6 addresses in brackets', () => {
    const dependencies = { redis: { x: pod(3, { ip: 'fd00::3', public: '2001:db8::3' }), y: pod(4) } };
    const mixed = new ClusterView({ key: 'b', pods: { b: pod(4) }, dependencies });

    expect(mixed.grep('redis', 6379)).toBe('[fd00::3]:32003,10.0.0.4:32004');
    expect(mixed.grep('redis', 6379, true)).toBe('[2001:db8::3]:32003,52.0.0.4:32004');
  });

  test.each(['nobody', 'unknown', 'toString', '__proto__'])('finds nothing for the dependency %s', (dependency) => {
    expect(view.grep(dependency, 6379)).toBe('');
  });

  test('says which pod does not expose a port', () => {
    expect(() => view.grep('redis', 9092)).toThrow('redis #3 does not expose port 9092');
  });

  test.each([
    ['a network of its own', {}, 6379],
    ['the network of its host', { network: 'host' }, 32_004],
    ['a workstation', { local: 'true' }, 32_004],
  ])('tells a pod on %s where to listen', (_where, fields, expected) => {
    const own = new ClusterView({ key: 'b', pods: { b: pod(4, fields) }, dependencies: {} });
    expect(own.listenPort(6379)).toBe(expected);
    expect(own.listenPort(9092)).toBe(9092);
  });
});

test.each([
  [undefined, 'the cluster view is no JSON object'],
  [[], 'the cluster view is no JSON object'],
  [{ pods: {} }, 'the cluster view has no key'],
  [{ key: 'a', pods: {} }, 'the view does not hold its own pod a'],
  [{ key: 'toString', pods: { a: pod(1) } }, 'the view does not hold its own pod toString'],
  [{ key: '__proto__', pods: { a: pod(1) } }, 'the view does not hold its own pod __proto__'],
  [{ key: 'a', pods: { a: {} } }, 'not a registration'],
  [{ key: 'a', pods: { a: pod(1) }, dependencies: [] }, 'dependencies is no JSON object'],
])('refuses %j as a view', (input, message) => {
  expect(() => parseClusterView(input)).toThrow(message);
});

test('takes a view without dependencies', () => {
  expect(parseClusterView({ key: 'a', pods: { a: pod(1) } }).dependencies).toEqual({});
});
