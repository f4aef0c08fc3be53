import { EventEmitter } from 'node:events';

import { describe, expect, test } from 'vitest';

import { lostResult } from '../../src/io/lost-result.ts';
import { createOutputs } from '../../src/io/terminal.ts';

describe('a stream that takes nothing any more', () => {
  test.each(['ENOSPC', 'EIO', 'EBADF', 'EPIPE'])('stops nobody, whether %s comes at once or later', (code) => {
    for (const fails of ['at once', 'later'] as const) {
      const [out, err] = [new Broken(fails, code), new Broken(fails, code)];
      const outputs = createOutputs({ stdout: out as never, stderr: err as never, env: {} });
      outputs.err.line('said');
      expect(outputs.lost.aborted).toBe(false);
      outputs.out.line('a result');
      outputs.out.line('another');

      expect(outputs.lost).toMatchObject({ aborted: true, reason: { code } });
      expect(out.tries).toBe(1);
    }
  });
});

test.each([
  { when: 'all went well', failure: errno('ENOSPC'), exitCode: 0, ends: 9, says: 'what was asked for is done, but' },
  { when: 'some pods failed', failure: errno('EIO'), exitCode: 5, ends: 5, says: 'it failed, and' },
])('a result that is lost when $when is told, and ends with $ends', ({ failure, exitCode, ends, says }) => {
  expect(lostResult(failure, exitCode)).toEqual({
    exitCode: ends,
    message: expect.stringMatching(new RegExp(`^error: ${says} its result could not be written: ${failure.message}$`)),
  });
});

test('a reader who has seen enough is no failure', () => {
  expect(lostResult(errno('EPIPE'), 0)).toBeUndefined();
});

function errno(code: string): Error {
  return Object.assign(new Error(`${code}: it does not work, write`), { code });
}

class Broken extends EventEmitter {
  tries = 0;
  readonly #fails: 'at once' | 'later';
  readonly #code: string;

  constructor(fails: 'at once' | 'later', code: string) {
    super();
    this.#fails = fails;
    this.#code = code;
  }

  write(): void {
    this.tries += 1;
    if (this.#fails === 'at once') throw errno(this.#code);
    this.emit('error', errno(this.#code));
  }
}

test('whoever waits until a reader took everything stops waiting when called off', async () => {
  const stalled = Object.assign(new EventEmitter(), { write: () => false });
  const { out } = createOutputs({ stdout: stalled as never, stderr: stalled as never, env: {} });
  const enough = new AbortController();
  const taken = out.taken(enough.signal);
  enough.abort(new Error('enough'));

  await expect(taken).rejects.toThrow('enough');
});
