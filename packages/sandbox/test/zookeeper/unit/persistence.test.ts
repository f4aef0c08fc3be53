import { ManualClock, settle } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { decodeEntry, encodeEntry } from '../../../src/zookeeper/persistence/txn-codec.ts';
import { Database } from '../../../src/zookeeper/server/database.ts';
import { Outlet, type Sender } from '../../../src/zookeeper/server/outlet.ts';
import { OPEN_TO_ALL } from '../../../src/zookeeper/tree/acl.ts';
import type { Txn } from '../../../src/zookeeper/tree/txn.ts';
import { JuteWriter } from '../../../src/zookeeper/wire/jute-writer.ts';
import { MemoryLog } from './memory-log.ts';

const creation = { type: 'create', path: '/a', data: Buffer.from('x'), acl: OPEN_TO_ALL, owner: 0n } as const;
const TXNS: readonly Txn[] = [
  { type: 'nothing' },
  { ...creation, data: undefined, owner: -(2n ** 63n) },
  { type: 'delete', path: '/a' },
  { type: 'setData', path: '/ä', data: Buffer.alloc(0) },
  { type: 'setAcl', path: '/a', acl: OPEN_TO_ALL },
  { type: 'multi', steps: [creation, { type: 'check', path: '/a' }] },
  { type: 'openSession', session: 2n ** 56n, timeoutMs: 400, password: Buffer.alloc(16, 1) },
  { type: 'closeSession', session: 2n ** 56n },
];

test.each(TXNS)('a transaction of type $type is read as it was kept', (txn) => {
  const entry = { stamp: { zxid: 2 ** 33, time: 1_700_000_000_000 }, txn };

  expect(decodeEntry(encodeEntry(entry))).toEqual(entry);
});

function databaseOn(log: MemoryLog, onFailure = (_error: unknown) => {}) {
  const clock = new ManualClock();
  const kept: number[] = [];
  const database: Database = new Database({
    clock,
    wallTime: () => 1_000,
    tickMs: 200,
    log,
    onKept: () => kept.push(database.journal.kept),
    onFailure,
  });
  return { database, clock, kept };
}

describe('a database', () => {
  test('knows after a restart what it knew: znodes, ephemerals, sessions and its last transaction', async () => {
    const log = new MemoryLog();
    const { database } = databaseOn(log);
    const ann = database.openSession(4_000);
    database.commit(creation);
    database.commit({ ...creation, path: '/a/e', owner: ann.id });
    database.commit({ type: 'setData', path: '/a', data: Buffer.from('new') });
    database.commit({ type: 'nothing' });

    const { database: again } = databaseOn(log);
    again.restore(await log.load());

    expect(again.zxid).toBe(database.zxid);
    expect([...again.tree.entries()]).toEqual([...database.tree.entries()]);
    expect([...again.tree.ephemeralsOf(ann.id)]).toEqual(['/a/e']);
    expect(again.sessions.get(ann.id)).toMatchObject({ password: ann.password, timeoutMs: 4_000 });
    expect(again.sessions.expired(4_000)).toEqual([]);
    expect(again.openSession(400).id).not.toBe(ann.id);
  });

  test('takes a snapshot when one is due, and goes on from it', async () => {
    const log = new MemoryLog();
    const { database } = databaseOn(log);
    const ann = database.openSession(4_000);
    database.commit({ ...creation, path: '/e', owner: ann.id });
    log.isSnapshotDue = true;
    database.commit(creation);
    log.isSnapshotDue = false;
    database.commit({ type: 'delete', path: '/a' });
    expect((await log.load()).records).toHaveLength(1);

    const { database: again } = databaseOn(log);
    again.restore(await log.load());

    expect([...again.tree.entries()]).toEqual([...database.tree.entries()]);
    expect(again.tree.dataSize).toBe(database.tree.dataSize);
    expect([...again.sessions.all()].map(({ id }) => id)).toEqual([ann.id]);
  });

  test('says once when the disk fails, and counts nothing as kept from then on', async () => {
    const log = new MemoryLog();
    const failures: unknown[] = [];
    const { database } = databaseOn(log, (error) => failures.push(error));
    log.failure = new Error('no space left');
    database.commit(creation);
    database.commit({ type: 'nothing' });
    await settle();

    expect(failures).toEqual([log.failure]);
    expect(database.journal.kept).toBe(0);
  });
});

describe('the outlet', () => {
  function sender() {
    const sent: string[] = [];
    const connection: Sender & { isHeld: boolean } = {
      isHeld: false,
      isClosed: false,
      out: new JuteWriter(),
      unsent: 0,
      deliver: (bytes) => void sent.push(bytes.toString()),
    };
    return { sent, connection };
  }

  function stage() {
    const clock = new ManualClock();
    const journal = { written: 0, kept: 0 };
    const outlet = new Outlet({ clock, signal: new AbortController().signal, journal });
    const say = ({ connection }: ReturnType<typeof sender>, text: string) => {
      connection.out.append(Buffer.from(text));
      outlet.mark(connection);
      outlet.flush();
    };
    return { clock, journal, outlet, say };
  }

  test('lets nothing out that tells of what is not on disk yet, to whomever', () => {
    const { journal, outlet, say } = stage();
    const [writer, reader] = [sender(), sender()];
    journal.written = 1;
    say(writer, 'created');
    say(reader, 'there it is');
    expect([writer.sent, reader.sent]).toEqual([[], []]);
    journal.kept = 1;
    outlet.drain();

    expect([writer.sent, reader.sent]).toEqual([['created'], ['there it is']]);
  });

  test('delays everything, in order', async () => {
    const { clock, outlet, say } = stage();
    const ann = sender();
    outlet.delayMs = 100;
    say(ann, 'one');
    outlet.delayMs = 0;
    say(ann, 'two');
    await clock.advance(99);
    expect(ann.sent).toEqual([]);
    await clock.advance(1);

    expect(ann.sent).toEqual(['one', 'two']);
    expect(clock.pending).toBe(0);
  });

  test('keeps back what is for those who are held, and everything while it is paused', () => {
    const { outlet, say } = stage();
    const [ann, bob] = [sender(), sender()];
    ann.connection.isHeld = true;
    say(ann, 'one');
    say(bob, 'one');
    outlet.pause();
    say(bob, 'two');
    expect([ann.sent, bob.sent]).toEqual([[], ['one']]);
    ann.connection.isHeld = false;
    outlet.resume();

    expect([ann.sent, bob.sent]).toEqual([['one'], ['one', 'two']]);
  });
});
