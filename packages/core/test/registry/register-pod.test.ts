import { expect, test } from 'vitest';

import { registerPod } from '../../src/registry/register-pod.ts';
import { MemoryEnsemble } from '../../src/testing/index.ts';

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
