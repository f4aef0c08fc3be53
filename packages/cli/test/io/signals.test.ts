import { EventEmitter } from 'node:events';

import { describe, expect, test } from 'vitest';

import { createSignals, type Endable } from '../../src/io/signals.ts';

const ENDING = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGUSR2', 'SIGALRM'] as const;

describe('being told to end', () => {
  test.each(ENDING)('%s interrupts; the next is left to the system, whichever it is', (name) => {
    const { host, signals } = world();
    host.send(name);

    expect(signals.interrupted).toMatchObject({ aborted: true, reason: { code: 'INTERRUPTED' } });
    expect(ENDING.map((each) => host.listenerCount(each))).toEqual(ENDING.map(() => 0));
  });

  test.each(ENDING)('%s ends in order what asked for that, and again lets it hurry', (name) => {
    const { host, signals } = world();
    const { told, insisted } = signals.endsInOrder();
    host.send(name);
    expect([told.aborted, insisted.aborted]).toEqual([true, false]);

    host.send('SIGINT');
    host.send('SIGINT');

    expect([insisted.aborted, host.listenerCount(name)]).toEqual([true, 1]);
  });

  test('who has seen enough ends a listing at once, and a sandbox in order', () => {
    const listing = world();
    listing.lost.abort(broken('EPIPE'));
    expect(listing.host.exits).toBe(1);

    const sandbox = world();
    const { told } = sandbox.signals.endsInOrder();
    sandbox.lost.abort(broken('EIO'));
    expect(told.aborted).toBe(true);
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

  send(name: string): void {
    this.emit(name, name);
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
