import { beforeEach, describe, expect, test } from 'vitest';

import { podLabel } from '../../src/domain/pod.ts';
import { listPods } from '../../src/registry/list-pods.ts';
import { MemoryEnsemble, type MemorySession } from '../../src/testing/index.ts';

const never = new AbortController().signal;
const fields = { ip: '10.0.0.1', port: '8080', ports: { 8080: 31_000 } };

const EMPTY = { clusters: [], pods: [], problems: [] };

describe('a listing', () => {
  let session: MemorySession;

  beforeEach(() => {
    session = new MemoryEnsemble().connect();
  });

  test('of an empty world is empty', async () => {
    await expect(listPods(session, ['*'], never)).resolves.toEqual({ ...EMPTY, absent: 'clusters' });
    await session.ensure('/ochopod/clusters', never);
    await expect(listPods(session, ['*'], never)).resolves.toEqual(EMPTY);
  });

  test('tells a chroot that is not there from a world without pods', async () => {
    const below = changed(session, { children: async () => undefined });

    await expect(listPods(below, ['*'], never)).resolves.toEqual({ ...EMPTY, absent: 'chroot' });
  });

  test('holds the pods of the clusters that match, by cluster and seq', async () => {
    await register('demo.web', 'b', JSON.stringify({ ...fields, seq: 12 }));
    await register('demo.web', 'a', JSON.stringify({ ...fields, seq: 9 }));
    await register('demo.api', 'c', JSON.stringify(fields));
    await register('prod.web', 'd', JSON.stringify(fields));

    const { pods, clusters } = await listPods(session, ['demo.*', 'no.where'], never);

    expect(clusters).toEqual(['demo.api', 'demo.web']);
    expect(pods.map(({ name, seq }) => `${name.cluster} #${seq}`)).toEqual(['api #0', 'web #9', 'web #12']);
  });

  test('shows every other pod when znodes hold garbage', async () => {
    await register('demo.web', 'a', JSON.stringify(fields));
    await register('demo.web', 'b', '{"half":');
    await register('demo.web', 'c', '');
    await register('demo.web', 'e', JSON.stringify({ ...fields, port: 'toString', ports: {} }));
    await register('demo.web', 'f', JSON.stringify({ ...fields, blob: 'x'.repeat(1_000_000) }));
    await session.ensure('/ochopod/clusters/demo.web/pods/stray', never);
    await session.ensure('/ochopod/clusters/nonsense', never);
    await register('demo.web', 'd', JSON.stringify(fields));

    const { pods, problems } = await listPods(session, ['*'], never);

    expect(pods.map(({ key }) => key)).toEqual(['a', 'd']);
    expect(problems.map(({ node, reason }) => `${node}: ${reason}`).sort()).toEqual([
      ': not <namespace>.<cluster>',
      'b.0000000001: the registration is not JSON',
      'c.0000000002: the registration is still empty',
      'e.0000000003: not a registration: ports: does not map the control port toString',
      'f.0000000004: the registration has 1000064 bytes, more than 65536',
      'stray: not named <key>.<10 digits>',
    ]);
  });

  test.each(['__proto__', 'a.b', '\u202e'])('takes nobody for a pod under the key %j, and says so', async (key) => {
    await register('demo.web', key, JSON.stringify(fields));

    expect(await listPods(session, ['*'], never)).toMatchObject({
      pods: [],
      problems: [{ node: `${key}.0000000000`, reason: 'not named <key>.<10 digits>' }],
    });
  });

  test('counts a pod once, by its newest node, while its old session times out', async () => {
    await register('demo.web', 'a', JSON.stringify({ ...fields, seq: 0, ip: '10.0.0.1' }));
    await register('demo.web', 'a', JSON.stringify({ ...fields, seq: 0, ip: '10.0.0.2' }));

    const { pods } = await listPods(session, ['*'], never);

    expect(pods.map(({ seq, registration }) => [seq, registration.ip])).toEqual([[0, '10.0.0.2']]);
  });

  test('tells two pods with one number apart by their keys', async () => {
    for (const key of ['a', 'b']) await register('demo.web', key, JSON.stringify({ ...fields, seq: 4 }));
    await register('demo.web', 'c', JSON.stringify({ ...fields, seq: 5 }));

    const { pods } = await listPods(session, ['*'], never);

    expect(pods.map(podLabel).sort()).toEqual(['demo.web #4 (a)', 'demo.web #4 (b)', 'demo.web #5']);
  });

  test('lives with pods that vanish while it reads', async () => {
    await register('demo.web', 'a', JSON.stringify(fields));
    await register('demo.web', 'b', JSON.stringify(fields));
    const vanishing = changed(session, {
      get: async (path: string) => (path.includes('/a.') ? undefined : session.get(path, never)),
    });

    const { pods, problems } = await listPods(vanishing, ['*'], never);

    expect([pods.map(({ key }) => key), problems]).toEqual([['b'], []]);
  });

  test('shows every other pod when what one wrote provokes a bug, and keeps the bug', async () => {
    await register('demo.web', 'a', JSON.stringify(fields));
    await register('demo.web', 'b', JSON.stringify(fields));
    const bug = new TypeError('Cannot read properties of undefined');
    const unforeseen = {
      trim: () => 'data',
      get ip() {
        throw bug;
      },
    };
    const get = async (path: string) => {
      const znode = await session.get(path, never);
      return path.includes('/a.') ? { ...znode, data: unforeseen } : znode;
    };

    const { pods, problems } = await listPods(changed(session, { get }), ['*'], never);

    expect(pods.map(({ key }) => key)).toEqual(['b']);
    expect(problems).toEqual([
      { cluster: 'demo.web', node: 'a.0000000000', reason: expect.stringContaining(bug.message), bug },
    ]);
  });

  async function register(cluster: string, key: string, data: string): Promise<void> {
    const parent = `/ochopod/clusters/${cluster}/pods`;
    await session.ensure(parent, never);
    await session.createTicket({ parent, prefix: `${key}.`, data }, never);
  }
});

/** A session some of whose answers are others. */
function changed(session: MemorySession, answers: object): MemorySession {
  return new Proxy(session, {
    get: (target, member) => {
      const value = Reflect.get(member in answers ? answers : target, member);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
