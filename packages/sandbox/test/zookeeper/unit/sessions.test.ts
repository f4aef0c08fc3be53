import { describe, expect, test } from 'vitest';

import { decideWelcome } from '../../../src/zookeeper/server/handshake.ts';
import { firstSessionId, parseSessionName, sessionName } from '../../../src/zookeeper/sessions/session.ts';
import { SessionTable } from '../../../src/zookeeper/sessions/session-table.ts';

const PASSWORD = Buffer.alloc(16, 7);

function sessionOf(id: bigint, timeoutMs: number) {
  return { id, timeoutMs, password: PASSWORD, connection: undefined };
}

describe('sessions', () => {
  test('expire on the tick after their timeout, those of the same tick together', () => {
    const table = new SessionTable(200);
    const [ann, bob, cid] = [sessionOf(1n, 400), sessionOf(2n, 450), sessionOf(3n, 1_000)];
    for (const session of [ann, bob, cid]) table.add(session, 0);

    expect(table.expired(599)).toEqual([]);
    expect(table.expired(600)).toEqual([ann, bob]);
    expect(table.expired(9_999)).toEqual([ann, bob, cid]);
  });

  test('have their whole timeout again when they are heard of', () => {
    const table = new SessionTable(200);
    const ann = sessionOf(1n, 400);
    table.add(ann, 0);
    table.touch(ann, 500);

    expect(table.expired(900)).toEqual([]);
    expect(table.expired(1_000)).toEqual([ann]);
  });

  test('do not expire once they are removed', () => {
    const table = new SessionTable(200);
    table.add(sessionOf(1n, 400), 0);
    table.remove(1n);

    expect(table.expired(9_999)).toEqual([]);
    expect(table.size).toBe(0);
  });

  test('are found by the name that is printed', () => {
    const id = firstSessionId(1_700_000_000_000);

    expect(sessionName(id)).toMatch(/^0x1[0-9a-f]{12}00$/);
    expect(parseSessionName(sessionName(id))).toBe(id);
    expect(['', '0x', 'abc', '0xfffffffffffffffff'].map(parseSessionName)).toEqual(Array(4).fill(undefined));
  });
});

describe('a client', () => {
  const premises = { zxid: 10, session: undefined, minTimeoutMs: 400, maxTimeoutMs: 60_000 };
  const request = { lastZxidSeen: 0, timeoutMs: 5_000, session: 0n, password: undefined, saysReadOnly: true };

  test.each([
    [5_000, 5_000],
    [1, 400],
    [-1, 400],
    [90_000, 60_000],
  ])('that asks for %d ms has %d', (asked, given) => {
    expect(decideWelcome({ ...request, timeoutMs: asked }, premises)).toEqual({ kind: 'open', timeoutMs: given });
  });

  test('that has seen more than there is, is refused', () => {
    expect(decideWelcome({ ...request, lastZxidSeen: 11 }, premises).kind).toBe('refuse');
  });

  test.each([
    ['its password', PASSWORD, 'resume'],
    ['another password', Buffer.alloc(16, 8), 'expired'],
    ['a part of its password', PASSWORD.subarray(8), 'expired'],
    ['no password', undefined, 'expired'],
  ])('that comes back with %s is told: %s', (_what, password, kind) => {
    const back = { ...request, session: 1n, password };

    expect(decideWelcome(back, { ...premises, session: { password: PASSWORD } }).kind).toBe(kind);
    expect(decideWelcome(back, premises).kind).toBe('expired');
  });
});
