import { describe, expect, test } from 'vitest';

import { parseInfo, parseLog } from '../../src/control-client/replies.ts';
import { LAST_LINE_LENGTH, LAST_LINES, LOG_CURSOR_HEADER, LOG_MISSED_HEADER } from '../../src/domain/control.ts';

const END = {
  how: 'crashed',
  why: 'exited with code 3',
  at: '2026-01-31T12:00:00.000Z',
  code: 3,
  stdout: [],
  stderr: [],
};
const FACTS = {
  agent: '0.2.0',
  configured: 'ab:cd',
  since: '2026-01-31T12:00:00.000Z',
  by: 'leader',
  trouble: 'crash loop',
  restarts: 4,
  failing: { count: 4, since: '2026-01-31T12:00:00.000Z', loop: true },
  lastEnd: END,
  died: { how: 'done', why: 'exited with code 0', at: '2026-01-31T12:00:00.000Z' },
};

describe('what a pod says of its process', () => {
  test('is taken as it is', () => {
    expect(parseInfo({ process: 'running', ...FACTS })).toMatchObject(FACTS);
  });

  test('is unknown for pods that do not say it', () => {
    const info = parseInfo({ process: 'running' });

    expect(Object.keys(FACTS).filter((fact) => info[fact as keyof typeof info] !== undefined)).toEqual([]);
  });

  test.each([
    ['agent', 7],
    ['configured', ['ab']],
    ['since', 'yesterday'],
    ['by', 'magic'],
    ['trouble', { text: 'crash loop' }],
    ['restarts', -1],
    ['restarts', 0.5],
    ['failing', { count: 'many' }],
    ['lastEnd', { ...END, how: 'vanished' }],
    ['lastEnd', { ...END, stdout: 'boom' }],
    ['lastEnd', null],
    ['died', { how: 'of boredom' }],
  ])('is unknown where it makes no sense, and the rest is heard: %s %j', (fact, nonsense) => {
    const info = parseInfo({ process: 'running', ...FACTS, [fact]: nonsense });

    expect(info).toMatchObject({ ...FACTS, process: 'running', [fact]: undefined });
  });

  test('is as long as we take it, however much was sent', () => {
    const much = Array.from({ length: 1000 }, (_none, at) => `${at} `.padEnd(5000, 'x'));

    const info = parseInfo({ process: 'running', trouble: 'x'.repeat(1e6), lastEnd: { ...END, stderr: much } });

    expect(info.trouble?.length).toBe(1000);
    expect(info.lastEnd?.stderr).toHaveLength(LAST_LINES);
    expect(info.lastEnd?.stderr.at(-1)).toMatch(/^999 x+$/);
    expect(info.lastEnd?.stderr.at(-1)).toHaveLength(LAST_LINE_LENGTH);
  });
});

describe('where a log goes on', () => {
  const logged = (cursor?: string, missed?: string) =>
    parseLog(
      { status: 200, headers: { [LOG_CURSOR_HEADER]: cursor, [LOG_MISSED_HEADER]: missed }, body: '["a"]' },
      'it',
    );

  test('is sent back as the agent says it', () => {
    expect(logged('1459619e-8412.3:17', '4')).toEqual({ lines: ['a'], cursor: '1459619e-8412.3:17', missed: 4 });
  });

  test.each(['', 'a b', 'a&task=off', 'x'.repeat(129)])('is not known where no agent says so: %j', (cursor) => {
    expect(logged(cursor).cursor).toBeUndefined();
  });

  test.each([undefined, '-1', '1e9', '9'.repeat(16)])('counts no lines as gone for %j', (missed) => {
    expect(logged('a', missed).missed).toBe(0);
  });
});
