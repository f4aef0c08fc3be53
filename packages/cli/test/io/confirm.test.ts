import { PassThrough } from 'node:stream';

import { OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { createConfirm } from '../../src/io/confirm.ts';
import { EVIL, obeyed } from '../support/evil.ts';

describe('somebody is asked', () => {
  test.each([
    { typed: 'y\r', answer: true },
    { typed: 'yes\r', answer: true },
    { typed: 'n\r', answer: false },
    { typed: '\r', answer: false },
    { typed: 'what?\r', answer: false },
    { typed: '\u0004', answer: false },
  ])('and answers $answer with $typed', async ({ typed, answer }) => {
    const { ask, type, shown } = terminal();
    const asked = ask('Stop it?');
    await shown('(y/N)');
    type(typed);

    expect(await asked).toBe(answer);
  });

  test('and Ctrl-C is no answer', async () => {
    const { ask, type, shown } = terminal();
    const asked = ask('Stop it?');
    await shown('(y/N)');
    type('\u0003');

    await expect(asked).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });

  test('and the end of the terminal is a no', async () => {
    const { ask, stdin, shown } = terminal();
    const asked = ask('Stop it?');
    await shown('(y/N)');
    stdin.end();

    expect(await asked).toBe(false);
  });

  test('once more when the command was stopped, and goes on', async () => {
    const { ask, type, shown, forgotten } = terminal();
    const asked = ask('Stop it?');
    await shown('(y/N)');
    forgotten();
    process.emit('SIGCONT', 'SIGCONT');
    await shown('Stop it?');
    type('y\r');

    expect(await asked).toBe(true);
  });

  test('until the process is told to end, which it does in order', async () => {
    const { ask, shown, ended } = terminal();
    const asked = ask('Stop it?');
    await shown('(y/N)');
    const heard = process.listenerCount('SIGTERM');
    ended.abort(new OchoError('told to end by SIGTERM', { code: 'INTERRUPTED' }));

    await expect(asked).rejects.toBe(ended.signal.reason);
    expect(process.listenerCount('SIGTERM')).toBeLessThan(heard);
  });

  test('without what the terminal would obey, and without secrets', async () => {
    const { ask, type, shown, text } = terminal();
    const asked = ask(`Stop ${EVIL} at zk://joe:s3cret@zoo:2181?`);
    await shown('(y/N)');
    type('\r');
    await asked;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the prompt's own
    const theirs = text().replaceAll(/\u001B\[[\d;?]*[mGKhA-D]|\r/g, '');

    expect(obeyed(theirs)).toEqual([]);
    expect(theirs).not.toContain('s3cret');
  });
});

test.each([
  { where: 'in a pipeline', isTTY: false },
  { where: 'where its errors go to a file', canRewrite: false },
  { where: 'in CI', env: { CI: 'true' } },
])('nobody is asked $where', ({ isTTY = true, canRewrite = true, env = {} }) => {
  expect(terminal({ isTTY, canRewrite, env }).confirm).toBeUndefined();
});

function terminal({ isTTY = true, canRewrite = true, env = {} } = {}) {
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: () => {} });
  // Nobody ends a standard stream.
  const stderr = Object.assign(new PassThrough(), { _isStdio: true });
  const ended = new AbortController();
  let text = '';
  stderr.on('data', (chunk) => {
    text += chunk;
  });
  const streams = { stdin: stdin as unknown as NodeJS.ReadStream, stderr: stderr as unknown as NodeJS.WriteStream };
  const confirm = createConfirm({ ...streams, env, canRewrite, wipe: () => {} });
  return {
    ...{ stdin, ended, confirm },
    text: () => text,
    /** What was shown until now is none of what is shown. */
    forgotten: () => {
      text = '';
    },
    ask: (question: string) => {
      if (confirm === undefined) throw new Error('nobody is there');
      return confirm(question, ended.signal);
    },
    type: (typed: string) => stdin.write(typed),
    shown: (part: string) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (text.includes(part)) resolve();
        };
        stderr.on('data', look);
        look();
      }),
  };
}
