import { describe, expect, test } from 'vitest';

import { registerPod } from '../../src/registry/register-pod.ts';
import { MemoryEnsemble } from '../../src/testing/index.ts';

/** The same every time. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

const never = new AbortController().signal;
const PODS = '/ochopod/clusters/demo.web/pods';
const name = { namespace: 'demo', cluster: 'web' };
const fields = { ip: '10.0.0.1', port: '8080', ports: { 8080: 31_000 } };

test('a pod takes its number from its first node and writes it down', async () => {
  const ensemble = new MemoryEnsemble();
  const first = await registerPod(ensemble.connect(), { name, key: 'a', fields, seq: undefined }, never);
  const second = await registerPod(ensemble.connect(), { name, key: 'b', fields, seq: undefined }, never);

  expect([first.seq, second.seq]).toEqual([0, 1]);
  expect(JSON.parse(ensemble.peek(second.path)?.data ?? '')).toEqual({ ...fields, seq: 1 });
  expect(second.czxid).toBeGreaterThan(first.czxid);
});

test('a pod that comes back keeps its number and ends up with one node', async () => {
  const ensemble = new MemoryEnsemble();
  await registerPod(ensemble.connect(), { name, key: 'a', fields, seq: undefined }, never);
  await registerPod(ensemble.connect(), { name, key: 'b', fields, seq: undefined }, never);
  const { path, seq } = await registerPod(ensemble.connect(), { name, key: 'a', fields, seq: 0 }, never);

  expect(seq).toBe(0);
  expect(path).toBe(`${PODS}/a.0000000002`);
  expect([...(ensemble.list(PODS) ?? [])].sort()).toEqual(['a.0000000002', 'b.0000000001']);
  expect(JSON.parse(ensemble.peek(path)?.data ?? '')).toEqual({ ...fields, seq: 0 });
});

describe('when ZooKeeper counts anew', () => {
  const join = (ensemble: MemoryEnsemble, key: string, seq?: number) =>
    registerPod(ensemble.connect(), { name, key, fields, seq }, never);
  const written = (ensemble: MemoryEnsemble) =>
    (ensemble.list(PODS) ?? []).map((node) => JSON.parse(ensemble.peek(`${PODS}/${node}`)?.data ?? '').seq).sort();

  test('new pods take no number that somebody who came back holds', async () => {
    const ensemble = new MemoryEnsemble();
    for (const seq of [1, 3, 2]) await join(ensemble, `old-${seq}`, seq);
    const fresh = [];
    for (const key of ['a', 'b', 'c']) fresh.push((await join(ensemble, key)).seq);

    expect(fresh).toEqual([4, 5, 6]);
    expect(written(ensemble)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('a pod that comes back after another one has its number takes the next, and says so', async () => {
    const ensemble = new MemoryEnsemble();
    await join(ensemble, 'new');
    const told: number[] = [];
    const pod = { name, key: 'old', fields, seq: 0, onNumber: (number: number) => void told.push(number) };
    const { seq } = await registerPod(ensemble.connect(), pod, never);

    expect([seq, told]).toEqual([1, [1]]);
    expect(written(ensemble)).toEqual([0, 1]);
  });

  test('a pod that takes another number takes none that an agent of 2015 counts on, which holds none', async () => {
    const ensemble = new MemoryEnsemble();
    await join(ensemble, 'new');
    await ensemble.connect().createTicket({ parent: PODS, prefix: 'of-2015.', data: '' }, never);

    expect((await join(ensemble, 'old', 0)).seq).toBe(2);
  });

  test('dozens at once have one number each', async () => {
    const ensemble = new MemoryEnsemble({ random: randomOf(7) });
    const old = Array.from({ length: 20 }, (_, at) => join(ensemble, `old-${at}`, at * 2));
    const fresh = Array.from({ length: 20 }, (_, at) => join(ensemble, `new-${at}`));
    const seqs = (await Promise.all([...old, ...fresh])).map(({ seq }) => seq);

    expect(new Set(seqs).size).toBe(40);
  });
});

test('a number is let go of with its session, and taken over by the same pod from an earlier one', async () => {
  const ensemble = new MemoryEnsemble();
  const first = ensemble.connect();
  const { numberPath } = await registerPod(first, { name, key: 'a', fields, seq: undefined }, never);
  const second = ensemble.connect();
  await registerPod(second, { name, key: 'a', fields, seq: 0 }, never);
  expect(ensemble.peek(numberPath)?.owner).toBe(second.id);

  await second.close();
  expect(ensemble.peek(numberPath)).toBeUndefined();
});

test('a pod that registers again in the same session never lets go of its number', async () => {
  const ensemble = new MemoryEnsemble();
  const session = ensemble.connect();
  const { path, numberPath } = await registerPod(session, { name, key: 'a', fields, seq: undefined }, never);
  const held = ensemble.peek(numberPath)?.czxid;
  ensemble.erase(path);
  await registerPod(session, { name, key: 'a', fields, seq: 0 }, never);

  expect(ensemble.peek(numberPath)?.czxid).toBe(held);
});

test('a number that goes with an earlier session just as it is looked at is taken all the same', async () => {
  const ensemble = new MemoryEnsemble();
  const { numberPath } = await registerPod(ensemble.connect(), { name, key: 'a', fields, seq: undefined }, never);
  const session = ensemble.connect();
  const get = session.get.bind(session);
  session.get = async (path, signal) => {
    const seen = await get(path, signal);
    if (path === numberPath && seen?.owner !== session.id) ensemble.erase(path);
    return seen;
  };

  expect((await registerPod(session, { name, key: 'a', fields, seq: 0 }, never)).seq).toBe(0);
  expect(ensemble.peek(numberPath)?.owner).toBe(session.id);
});

test('a number is told as soon as others may have seen it, whatever still fails', async () => {
  const ensemble = new MemoryEnsemble();
  const session = ensemble.connect();
  session.transaction = () => Promise.reject(new Error('the connection broke'));
  const told: number[] = [];
  const pod = { name, key: 'a', fields, seq: undefined, onNumber: (number: number) => void told.push(number) };

  await expect(registerPod(session, pod, never)).rejects.toThrow('the connection broke');
  expect(told).toEqual([0]);
});

test('a pod whose node is deleted while it registers has not registered', async () => {
  const ensemble = new MemoryEnsemble();
  const session = ensemble.connect();
  const get = session.get.bind(session);
  session.get = (path, signal) => {
    ensemble.erase(path);
    return get(path, signal);
  };

  await expect(registerPod(session, { name, key: 'a', fields, seq: undefined }, never)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

describe('the first number is held and written at once', () => {
  type Steps = Parameters<ReturnType<MemoryEnsemble['connect']>['transaction']>[0];

  function sessionIn(ensemble: MemoryEnsemble, first: (steps: Steps, done: () => Promise<void>) => Promise<void>) {
    const session = ensemble.connect();
    const transaction = session.transaction.bind(session);
    let isFirst = true;
    session.transaction = (steps, signal) => {
      const done = () => transaction(steps, signal);
      if (!isFirst) return done();
      isFirst = false;
      return first(steps, done);
    };
    return session;
  }

  test('in one transaction', async () => {
    const ensemble = new MemoryEnsemble();
    const seen: Steps[] = [];
    const session = sessionIn(ensemble, (steps, done) => {
      seen.push(steps);
      session.transaction = () => Promise.reject(new Error('no second one'));
      return done();
    });
    const { path, numberPath } = await registerPod(session, { name, key: 'a', fields, seq: undefined }, never);

    expect(seen[0]?.map((step) => step.path)).toEqual([numberPath, path]);
  });

  test('and once more when the answer was lost', async () => {
    const ensemble = new MemoryEnsemble();
    const session = sessionIn(ensemble, async (_steps, done) => {
      await done();
      return done(); // as the session does when the connection broke meanwhile
    });
    const { path, seq, numberPath } = await registerPod(session, { name, key: 'a', fields, seq: undefined }, never);

    expect(seq).toBe(0);
    expect(ensemble.peek(numberPath)?.owner).toBe(session.id);
    expect(JSON.parse(ensemble.peek(path)?.data ?? '')).toEqual({ ...fields, seq: 0 });
  });

  test('or not at all when the node is gone by then', async () => {
    const ensemble = new MemoryEnsemble();
    const session = sessionIn(ensemble, (steps, done) => {
      ensemble.erase(steps[1]?.path ?? '');
      return done();
    });

    await expect(registerPod(session, { name, key: 'a', fields, seq: undefined }, never)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
