import { ManualClock } from 'ochopod-core/testing';
import { beforeEach, describe, expect, test } from 'vitest';

import { Callbacks } from '../src/callbacks.ts';
import { createLog } from '../src/logging.ts';
import type { CallbackContext, PodScript } from '../src/script/pod-script.ts';

const SCRIPT: PodScript = {
  configure: () => ({ command: ['serve'] }),
  model: { grace: 20 },
  timeouts: { probe: 5 },
};

let clock: ManualClock;
let lines: string[];
let callbacks: Callbacks;
let caller: AbortController;

beforeEach(() => {
  clock = new ManualClock();
  lines = [];
  caller = new AbortController();
  const log = createLog({ debug: false, write: (line) => lines.push(line) });
  callbacks = new Callbacks({ script: SCRIPT, settings: { size: 3 }, clock, log });
});

describe('a callback', () => {
  test('gets the settings, a log and a signal', async () => {
    const contexts: CallbackContext[] = [];

    await callbacks.run('probe', caller.signal, (_script, context) => {
      contexts.push(context);
      context.log.info('probing');
    });

    expect(contexts[0]).toMatchObject({ settings: { size: 3 } });
    expect(lines[0]).toContain('INFO - script : probing');
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['at once', () => throwing('no luck')],
    ['later', () => Promise.reject(new Error('no luck'))],
    ['something that is no error', () => Promise.reject('no luck')],
  ])('that throws %s has failed, and is logged', async (_case, body) => {
    await expect(callbacks.run('configured', caller.signal, body)).rejects.toMatchObject({
      code: 'POD_FAILED',
      message: 'configured() failed: no luck',
    });
    expect(lines.join('')).toContain('callback failed callback=configured -> no luck');
  });

  test.each([
    ['probe', 5],
    ['configured', 20],
  ] as const)('that hangs is given up on: %s after %i s', async (name, seconds) => {
    const signals: AbortSignal[] = [];
    const hung = callbacks.run(name, caller.signal, (_script, { signal }) => {
      signals.push(signal);
      return new Promise(() => {});
    });
    const outcome = expect(hung).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: expect.stringContaining(`${name}()`),
    });

    await clock.advance(seconds * 1000 - 1);
    expect(signals[0]?.aborted).toBe(false);
    await clock.advance(1);

    await outcome;
    expect(signals[0]?.aborted).toBe(true);
  });

  test('whose request is called off fails for that reason, and nobody logs it', async () => {
    const hung = callbacks.run('probe', caller.signal, () => new Promise(() => {}));
    const outcome = expect(hung).rejects.toThrow('enough');

    caller.abort(new Error('enough'));

    await outcome;
    expect(lines).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

function throwing(message: string): never {
  throw new Error(message);
}
