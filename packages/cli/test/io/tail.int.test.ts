import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { OchoError } from 'ochopod-core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { tail } from '../../src/io/tail.ts';

describe('the tail of a file', () => {
  let directory: string;
  let path: string;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'tail-'));
    path = join(directory, 'log');
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  test.each([
    { text: '', lines: 5, tail: [] },
    { text: 'a\nb\nc\n', lines: 2, tail: ['b', 'c'] },
    { text: 'a\nb\nc\n', lines: 9, tail: ['a', 'b', 'c'] },
    { text: 'a\nb\nc\n', lines: 0, tail: [] },
    { text: 'a\n\n', lines: 1, tail: [''] },
    { text: 'a\nunfinished', lines: 1, tail: ['a', 'unfinished'] },
  ])('$text by $lines', async ({ text, lines, tail: expected }) => {
    writeFileSync(path, text);

    expect(await once(lines)).toEqual(expected);
  });

  test('is found in a file of many long lines', async () => {
    const all = Array.from({ length: 2000 }, (_, at) => `${at} ${'ä'.repeat(200)}`);
    writeFileSync(path, `${all.join('\n')}\n`);

    expect(await once(1500)).toEqual(all.slice(-1500));
    expect(await once(3)).toEqual(all.slice(-3));
  });

  test('goes on with what is written, whole lines and whole letters only', async () => {
    writeFileSync(path, 'a\nb\nun');
    const { seen, end } = following(1);
    await vi.waitFor(() => expect(seen).toEqual(['b']));

    const [first, second] = [Buffer.from('ä').subarray(0, 1), Buffer.from('ä').subarray(1)];
    appendFileSync(path, 'finished\n');
    appendFileSync(path, first);
    await vi.waitFor(() => expect(seen).toEqual(['b', 'unfinished']));
    appendFileSync(path, Buffer.concat([second, Buffer.from('\n\n')]));
    await vi.waitFor(() => expect(seen).toEqual(['b', 'unfinished', 'ä', '']));
    await end();
  });

  test('begins anew in a file that was emptied', async () => {
    writeFileSync(path, 'a\nb\n');
    const { seen, end } = following(1);
    await vi.waitFor(() => expect(seen).toEqual(['b']));
    truncateSync(path);
    appendFileSync(path, 'c\n');

    await vi.waitFor(() => expect(seen).toEqual(['b', 'c']));
    await end();
  });

  test('ends with the file', async () => {
    writeFileSync(path, 'a\n');
    const { seen, over } = following(1);
    await vi.waitFor(() => expect(seen).toEqual(['a']));
    appendFileSync(path, 'b\n');
    rmSync(path);

    await over;
    expect(seen).toEqual(['a', 'b']);
  });

  test('of nothing is not found', async () => {
    await expect(once(1)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  async function once(lines: number): Promise<readonly string[]> {
    const seen: string[] = [];
    const { signal } = new AbortController();
    await tail(path, { lines, follow: false, signal, onLines: (told) => seen.push(...told) });
    return seen;
  }

  function following(lines: number) {
    const seen: string[] = [];
    const stop = new AbortController();
    const over = tail(path, { lines, follow: true, signal: stop.signal, onLines: (told) => seen.push(...told) });
    const end = async () => {
      stop.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));
      await expect(over).rejects.toMatchObject({ code: 'INTERRUPTED' });
    };
    return { seen, over, end };
  }
});
