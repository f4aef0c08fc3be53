import { settle } from 'ochopod-core/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { Mailbox, never } from '../../src/lifecycle/mailbox.ts';

let mailbox: Mailbox;
let done: string[];
let finish: Map<string, () => void>;

beforeEach(() => {
  mailbox = new Mailbox();
  done = [];
  finish = new Map();
});

describe('Mailbox', () => {
  test('carries one piece of work out at a time, in the order of arrival', async () => {
    const all = Promise.all([post('a'), post('b'), post('c')]);
    await settle();
    expect([...finish.keys()]).toEqual(['a']);

    await finishing('a', 'b', 'c');
    await all;

    expect(done).toEqual(['a', 'b', 'c']);
  });

  test('drops work that is called off while it waits', async () => {
    const a = post('a');
    const caller = new AbortController();
    const b = expect(post('b', caller.signal)).rejects.toThrow('enough');

    caller.abort(new Error('enough'));
    await b;
    await finishing('a');
    await a;
    await settle();

    expect([...finish.keys()]).toEqual(['a']);
  });

  test('never begins what was called off before', async () => {
    await expect(post('a', AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');

    expect([...finish.keys()]).toEqual([]);
  });

  test('tells at once that running work was called off, and lets nobody in before it has ended', async () => {
    const caller = new AbortController();
    const a = expect(post('a', caller.signal)).rejects.toThrow('enough');
    const b = post('b');
    await settle();

    caller.abort(new Error('enough'));
    await a;
    expect([...finish.keys()]).toEqual(['a']);
    await finishing('a', 'b');
    await b;

    expect(done).toEqual(['a', 'b']);
  });

  test('goes on after work that failed', async () => {
    const a = mailbox.post(() => Promise.reject(new Error('no luck')), never());
    await expect(a).rejects.toThrow('no luck');

    await expect(mailbox.post(async () => 'fine', never())).resolves.toBe('fine');
  });
});

function post(name: string, signal = never()): Promise<unknown> {
  return mailbox.post(async () => {
    await new Promise<void>((resolve) => finish.set(name, resolve));
    done.push(name);
  }, signal);
}

async function finishing(...names: string[]): Promise<void> {
  for (const name of names) {
    await settle();
    finish.get(name)?.();
  }
}
