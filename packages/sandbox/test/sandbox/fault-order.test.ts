import { describe, expect, test } from 'vitest';

import { applyFault, FAULTS, parseFaultOrder } from '../../src/sandbox/fault-order.ts';
import { FakeParts } from './support/fake-parts.ts';

describe('a button that breaks the server', () => {
  test.each([
    { order: { fault: 'expire', session: '0x1000' }, presses: 'expire 0x1000', done: 'session 0x1000 expired' },
    { order: { fault: 'expire', session: '0X01000' }, presses: 'expire 0x1000', done: 'session 0x1000 expired' },
    { order: { fault: 'drop' }, presses: 'drop', done: '2 connections cut' },
    { order: { fault: 'drop', session: '1000' }, presses: 'drop 0x1000', done: '2 connections cut' },
    { order: { fault: 'hold' }, presses: 'hold', done: '1 connection held' },
    { order: { fault: 'release' }, presses: 'release', done: 'held connections are answered again' },
    { order: { fault: 'refuse' }, presses: 'refuse true', done: 'new connections are refused' },
    { order: { fault: 'accept' }, presses: 'refuse false', done: 'new connections are accepted' },
    { order: { fault: 'delay', ms: 300 }, presses: 'delay 300', done: 'replies come 300 ms late' },
    { order: { fault: 'delay', ms: 0 }, presses: 'delay 0', done: 'replies come at once' },
    { order: { fault: 'pause' }, presses: 'pause', done: 'ZooKeeper is paused' },
    { order: { fault: 'resume' }, presses: 'resume', done: 'ZooKeeper goes on' },
    { order: { fault: 'clear' }, presses: 'clear', done: 'every fault is mended' },
  ] as const)('$order', async ({ order, presses, done }) => {
    const { parts, server } = await serverWithSession();

    expect(applyFault(server, order)).toEqual({ fault: order.fault, done, inForce: ['replies come late'] });
    expect(parts.happened.at(-1)).toBe(presses);
  });

  test.each([
    { order: { fault: 'expire' }, code: 'INVALID_INPUT' },
    { order: { fault: 'delay' }, code: 'INVALID_INPUT' },
    { order: { fault: 'expire', session: '0x2' }, code: 'NOT_FOUND' },
    { order: { fault: 'drop', session: 'nonsense' }, code: 'NOT_FOUND' },
  ] as const)('$order is refused with $code, and nothing is broken', async ({ order, code }) => {
    const { parts, server } = await serverWithSession();

    expect(() => applyFault(server, order)).toThrow(expect.objectContaining({ code }));
    expect(parts.happened).toEqual(['ZooKeeper started']);
  });

  test.each([undefined, {}, { fault: 'explode' }, { fault: 'delay', ms: -1 }, { fault: 'drop', session: 7 }])(
    '%j is no order',
    (json) => {
      expect(() => parseFaultOrder(json)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    },
  );

  test('every one can be ordered', () => {
    for (const fault of FAULTS) expect(parseFaultOrder({ fault })).toEqual({ fault });
  });
});

async function serverWithSession() {
  const parts = new FakeParts();
  parts.sessions = [{ id: '0x1000', timeoutMs: 4000, client: undefined, ephemerals: [], watches: 0 }];
  return { parts, server: await parts.startZooKeeper({}) };
}
