import { hashPath, snapshotPath } from 'ochopod-core/registry';
import { MemoryEnsemble, type MemorySession } from 'ochopod-core/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { Records } from '../../src/coordination/records.ts';

const name = { namespace: 'demo', cluster: 'web' };
const never = new AbortController().signal;
const registration = { ip: '10.0.0.1', port: '8080', ports: { 8080: 31_000 }, seq: 0 };
const pods = { a: registration } as unknown as Records['pods'];

describe('the records of a leader', () => {
  let ensemble: MemoryEnsemble;
  let session: MemorySession;
  let lockPath: string;
  let records: Records;

  beforeEach(async () => {
    ensemble = new MemoryEnsemble();
    session = ensemble.connect();
    await session.ensure('/lock', never);
    lockPath = `/lock/${await session.createTicket({ parent: '/lock', prefix: 'x', data: '' }, never)}`;
    records = new Records(session, name, { fence: 1n, lockPath });
    await records.takeOver(never);
  });

  test('begin empty, with a snapshot that goes with the leader', () => {
    expect(written()).toEqual({ hash: '', snapshot: '{}' });
    expect(ensemble.peek(snapshotPath(name))?.owner).toBe(session.id);
    expect(ensemble.peek(hashPath(name))?.owner).toBeUndefined();
  });

  test('take over what another leader left standing', async () => {
    await records.configured('12:34', pods, never);
    const heir = ensemble.connect();
    const ticket = await heir.createTicket({ parent: '/lock', prefix: 'y', data: '' }, never);
    const inherited = new Records(heir, name, { fence: 2n, lockPath: `/lock/${ticket}` });
    await inherited.takeOver(never);

    expect(inherited.hash).toBe('12:34');
    expect(written()).toEqual({ hash: '12:34', snapshot: JSON.stringify(pods) });
    expect(ensemble.peek(snapshotPath(name))?.owner).toBe(heir.id);
  });

  test('say nothing while a configuration is under way', async () => {
    await records.configured('12:34', pods, never);
    await records.invalidate(never);

    expect(records.hash).toBe('');
    expect(written()).toEqual({ hash: '', snapshot: JSON.stringify(pods) });
  });

  test.each<[string, () => Promise<void>]>([
    ['a configuration', () => records.configured('56:78', {}, never)],
    ['that one is under way', () => records.invalidate(never)],
    ['its heritage', () => records.takeOver(never)],
  ])('of one whose lock is gone do not change when it records %s', async (_what, record) => {
    await records.configured('12:34', pods, never);
    await ensemble.connect().remove(lockPath, never);

    await expect(record()).rejects.toMatchObject({ code: 'NOT_FOUND', details: { step: 0 } });
    expect(written()).toEqual({ hash: '12:34', snapshot: JSON.stringify(pods) });
  });

  test('of one whose lock is gone are not withdrawn by it', async () => {
    await ensemble.connect().remove(lockPath, never);
    await records.withdraw();

    expect(written().snapshot).toBe('{}');
  });

  const written = () => ({
    hash: ensemble.peek(hashPath(name))?.data,
    snapshot: ensemble.peek(snapshotPath(name))?.data,
  });
});
