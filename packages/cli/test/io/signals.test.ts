import { EventEmitter } from 'node:events';

import { describe, expect, test } from 'vitest';

import { createSignals, type Endable } from '../../src/io/signals.ts';

describe('being told to end', () => {
  test('Ctrl-C interrupts; a second one is left to the system', () => {
    const { host, signals } = world();
    host.emit('SIGINT');

    expect(signals.interrupted).toMatchObject({ aborted: true, reason: { code: 'INTERRUPTED' } });
    expect(host.listenerCount('SIGINT')).toBe(0);
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGINT'])('%s ends in order what asked for that', (name) => {
    const { host, signals } = world();
    const ends = signals.endsInOrder();
    expect(signals.endsInOrder()).toBe(ends);
    host.emit(name);

    expect(ends.aborted).toBe(true);
    expect(host.listenerCount(name)).toBe(0);
  });

  test.each(['SIGTERM', 'SIGHUP'])('%s is left to the system by everybody else', (name) => {
    expect(world().host.listenerCount(name)).toBe(0);
  });

  test('who has seen enough ends a listing at once, and a sandbox in order', () => {
    const listing = world();
    listing.lost.abort(broken('EPIPE'));
    expect(listing.host.exits).toBe(1);

    const sandbox = world();
    const ends = sandbox.signals.endsInOrder();
    sandbox.lost.abort(broken('EIO'));
    expect(ends.aborted).toBe(true);
    expect(sandbox.host.exits).toBe(0);
  });

  test('what else goes wrong with the output of a listing does not stop it', () => {
    const { host, lost, signals } = world();
    lost.abort(broken('ENOSPC'));

    expect({ exits: host.exits, aborted: signals.interrupted.aborted }).toEqual({ exits: 0, aborted: false });
  });
});

class FakeProcess extends EventEmitter {
  exits = 0;

  exit(): void {
    this.exits += 1;
  }
}

function world() {
  const host = new FakeProcess();
  const lost = new AbortController();
  return { host, lost, signals: createSignals(host as unknown as Endable, lost.signal) };
}

function broken(code: string): Error {
  return Object.assign(new Error(code), { code });
}
