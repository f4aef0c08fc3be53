import { expect, test } from 'vitest';

import { registerPod } from '../../src/registry/register-pod.ts';
import { whoLeads } from '../../src/registry/who-leads.ts';
import { MemoryEnsemble } from '../../src/testing/index.ts';

const never = new AbortController().signal;
const name = { namespace: 'demo', cluster: 'web' };
const fields = { ip: '10.0.0.1', port: '8080', ports: { 8080: 31_000 } };
const parent = '/ochopod/clusters/demo.web/coordinator';

test('nobody, where nobody contends', async () => {
  const session = new MemoryEnsemble().connect();
  await expect(whoLeads(session, name, never)).resolves.toEqual({ is: 'nobody' });
});

test('the pod in whose session the first of the queue is', async () => {
  const ensemble = new MemoryEnsemble();
  for (const key of ['a', 'b']) {
    const session = ensemble.connect();
    await registerPod(session, { name, key, fields, seq: undefined }, never);
    await session.ensure(parent, never);
    await session.createTicket({ parent, prefix: `${key}__lock__`, data: key }, never);
  }
  await expect(whoLeads(ensemble.connect(), name, never)).resolves.toEqual({ is: 'pod', key: 'a' });
});

test('a stranger, whose znode belongs to no session, or to none of a pod', async () => {
  const ensemble = new MemoryEnsemble();
  const session = ensemble.connect();
  await session.ensure(`${parent}/x__lock__0000000000`, never);
  const path = `${parent}/x__lock__0000000000`;
  await expect(whoLeads(session, name, never)).resolves.toEqual({ is: 'stranger', path });

  await session.remove(path, never);
  const ticket = await session.createTicket({ parent, prefix: 'y__lock__', data: '' }, never);
  await expect(whoLeads(session, name, never)).resolves.toEqual({ is: 'stranger', path: `${parent}/${ticket}` });
});
