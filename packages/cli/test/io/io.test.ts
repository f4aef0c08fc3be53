import { OchoError } from 'ochopod-core';
import { ManualClock, settle } from 'ochopod-core/testing';
import type { Session } from 'ochopod-core/zookeeper';
import { describe, expect, test } from 'vitest';

import { createProgress } from '../../src/io/progress.ts';
import { Registries } from '../../src/io/registries.ts';
import { createOutputs } from '../../src/io/terminal.ts';

describe('progress', () => {
  const awaited = () => ({ expected: 2, missing: ['demo.web #1'] });

  test('is a line now and then where nobody watches, at least every 30 seconds', async () => {
    const { clock, err, end } = watching({ isTty: false });

    await clock.advance(29_000);
    expect(err()).toBe('1 of 2 answered, waiting for demo.web #1\n');
    await clock.advance(30_000);
    expect(err().split('\n').length).toBeGreaterThan(2);
    await end();
    expect(clock.pending).toBe(0);
  });

  test('is one passing line on a terminal, wiped before anything else is written', async () => {
    const { clock, err, io, end } = watching({ isTty: true });

    await clock.advance(1000);
    io.out.write('a result\n');
    expect(err()).toBe('1 of 2 answered, waiting for demo.web #1\r\u001B[K');
    await end();
  });

  function watching({ isTty }: { readonly isTty: boolean }) {
    const clock = new ManualClock();
    const stderr = fakeStream(isTty);
    const io = createOutputs({ stdout: fakeStream(isTty).stream, stderr: stderr.stream, env: {} });
    const done = new AbortController();
    createProgress({ io, clock }).watch(awaited, done.signal);
    const end = async () => {
      done.abort(new Error('over'));
      await settle();
    };
    return { clock, io, err: stderr.text, end };
  }
});

describe('registries', () => {
  const target = { servers: 'zoo:2181', connectTimeoutMs: 1000 };
  const { signal } = new AbortController();

  test('connect once for many listings, and anew once the session is lost', async () => {
    const lost = [new AbortController(), new AbortController()];
    let connected = 0;
    const registries = new Registries(async () => fakeSession(lost[connected++]?.signal), new ManualClock());

    await registries.of(target).listPods(['*'], signal);
    await registries.of(target).listPods(['*'], signal);
    expect(connected).toBe(1);
    lost[0]?.abort(new OchoError('gone', { code: 'SESSION_LOST' }));
    await registries.of(target).listPods(['*'], signal);
    expect(connected).toBe(2);
  });

  test('say that connecting takes long, and when that is over', async () => {
    const clock = new ManualClock();
    const told: boolean[] = [];
    let connected = (_session: Session) => {};
    const registries = new Registries(() => new Promise((resolve) => (connected = resolve)), clock);
    const listing = registries.of({ ...target, onSlow: (isSlow) => void told.push(isSlow) }).listPods(['*'], signal);
    await settle();
    await clock.advance(499);
    expect(told).toEqual([]);
    await clock.advance(1);
    expect(told).toEqual([true]);
    connected(fakeSession());
    await listing;

    expect(told).toEqual([true, false]);
    await registries.of({ ...target, onSlow: (isSlow) => void told.push(isSlow) }).listPods(['*'], signal);
    expect(clock.pending).toBe(0);
    expect(told).toHaveLength(2);
  });

  test('stop waiting for a connection when told to, and end what is still being made', async () => {
    let connecting: AbortSignal | undefined;
    const registries = new Registries(
      (_target, closed) =>
        new Promise((_resolve, reject) => {
          connecting = closed;
          closed.addEventListener('abort', () => reject(closed.reason));
        }),
      new ManualClock(),
    );
    const stop = new AbortController();
    const listing = registries.of(target).listPods(['*'], stop.signal);
    stop.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));

    await expect(listing).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await registries.close();
    expect(connecting?.aborted).toBe(true);
  });
});

test.each([
  ['x'.repeat(200), 'x'.repeat(79)],
  ['日'.repeat(200), '日'.repeat(39)],
])('a passing line breaks on no terminal, so that it can be wiped again: %.3s', (line, shown) => {
  const said = fakeStream(true);
  const { status } = createOutputs({ stdout: fakeStream(true).stream, stderr: said.stream, env: {} });
  status([line]);

  expect(said.text()).toBe(shown);
});

function fakeSession(lost = new AbortController().signal): Session {
  return { lost, children: async () => [], close: async () => {} } as unknown as Session;
}

function fakeStream(isTTY: boolean) {
  let text = '';
  const write = (written: string) => {
    text += written;
    return true;
  };
  return { stream: { isTTY, columns: 80, write, on: () => {} } as unknown as NodeJS.WriteStream, text: () => text };
}
