import { coordinatorPath, hashPath, snapshotPath } from 'ochopod-core/registry';
import { MemoryEnsemble, type MemorySession, settle } from 'ochopod-core/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { Records } from '../../src/coordination/records.ts';

import { until } from './world.ts';

const name = { namespace: 'demo', cluster: 'web' };
const queue = coordinatorPath(name);
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
    await session.ensure(queue, never);
    lockPath = `${queue}/${await session.createTicket({ parent: queue, prefix: 'x', data: '' }, never)}`;
    records = new Records(session, name, { mandate: { fence: 1n, lockPath }, needs: [] });
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
    const ticket = await heir.createTicket({ parent: queue, prefix: 'y', data: '' }, never);
    const inherited = new Records(heir, name, { mandate: { fence: 2n, lockPath: `${queue}/${ticket}` }, needs: [] });
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

  test('of one whose lock is gone let it not even begin the first configuration', async () => {
    await ensemble.connect().remove(lockPath, never);

    await expect(records.invalidate(never)).rejects.toMatchObject({ code: 'NOT_FOUND', details: { step: 0 } });
  });

  test('of one whose lock is gone are not withdrawn by it', async () => {
    await ensemble.connect().remove(lockPath, never);
    await records.withdraw();

    expect(written().snapshot).toBe('{}');
  });

  test.each<[string, (outsider: MemorySession) => Promise<void>]>([
    ['deleted', (outsider) => outsider.remove(snapshotPath(name), never)],
    ['overwritten', (outsider) => outsider.set(snapshotPath(name), 'garbage', never)],
    ['replaced', (outsider) => replace(outsider, snapshotPath(name))],
    ['replaced, with something below it,', (outsider) => replaceWithTree(outsider, snapshotPath(name))],
  ])('are as they were soon after their snapshot was %s', async (_how, spoil) => {
    await records.configured('12:34', pods, never);
    const restored: string[] = [];
    const kept = records.keep((path) => void restored.push(path), session.lost);
    kept.catch(() => {});
    await settle();
    await spoil(ensemble.connect());
    await until(() => restored.length > 0, 'restored');

    expect(written()).toEqual({ hash: '12:34', snapshot: JSON.stringify(pods) });
    expect(ensemble.peek(snapshotPath(name))?.owner).toBe(session.id);
    expect(restored).toEqual([snapshotPath(name)]);
  });

  test('of a successor stay when the lock goes while something is put out of the way', async () => {
    await records.configured('12:34', pods, never);
    await replaceWithTree(ensemble.connect(), snapshotPath(name));
    const look = session.children.bind(session);
    session.children = async (path, signal) => {
      const found = await look(path, signal);
      await ensemble.connect().remove(lockPath, never);
      return found;
    };

    await expect(records.takeOver(never)).rejects.toMatchObject({ code: 'NOT_FOUND', details: { step: 0 } });
    expect(ensemble.peek(`${snapshotPath(name)}/a/b`)).toBeDefined();
  });

  test.each<[string, (outsider: MemorySession) => Promise<void>]>([
    ['deleted', (outsider) => outsider.remove(hashPath(name), never)],
    ['overwritten', (outsider) => outsider.set(hashPath(name), 'garbage', never)],
  ])('are as they were soon after their hash was %s', async (_how, spoil) => {
    await records.configured('12:34', pods, never);
    const restored: string[] = [];
    records.keep((path) => void restored.push(path), session.lost).catch(() => {});
    await settle();
    await spoil(ensemble.connect());
    await until(() => restored.length > 0, 'restored');

    expect(written()).toEqual({ hash: '12:34', snapshot: JSON.stringify(pods) });
  });

  test('are written all the same when somebody deletes them between two looks', async () => {
    const outsider = ensemble.connect();
    await outsider.remove(snapshotPath(name), never);
    await outsider.remove(hashPath(name), never);
    await records.configured('12:34', pods, never);

    expect(written()).toEqual({ hash: '12:34', snapshot: JSON.stringify(pods) });
  });

  test("are nobody else's to be told of: what the leader writes itself is not mended", async () => {
    const restored: string[] = [];
    records.keep((path) => void restored.push(path), session.lost).catch(() => {});
    for (let round = 0; round < 20; round += 1) {
      await records.invalidate(never);
      await records.configured(`12:${round}`, pods, never);
    }
    await settle();

    expect(restored).toEqual([]);
  });

  async function replace(outsider: MemorySession, path: string): Promise<void> {
    await outsider.remove(path, never);
    await outsider.ensure(path, never);
  }

  async function replaceWithTree(outsider: MemorySession, path: string): Promise<void> {
    const steps = [
      { kind: 'remove', path } as const,
      ...[path, `${path}/a`, `${path}/a/b`].map(
        (each) => ({ kind: 'create', path: each, data: '', ephemeral: false }) as const,
      ),
    ];
    await outsider.transaction(steps, never);
  }

  const written = () => ({
    hash: ensemble.peek(hashPath(name))?.data,
    snapshot: ensemble.peek(snapshotPath(name))?.data,
  });
});
