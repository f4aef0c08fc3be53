import { OchoError } from 'ochopod-core';
import { expect, test } from 'vitest';

import { createLog } from '../src/logging.ts';

test('writes lines as old agents do', () => {
  const { lines, log } = logged();

  log.child({ component: 'lifecycle' }).info({ pid: 81, how: { code: 3 } }, 'process ended');
  log.warn('watch out');

  expect(lines[0]).toMatch(
    /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}Z - INFO - lifecycle : process ended pid=81 how=\{"code":3\}\n$/,
  );
  expect(lines[1]).toMatch(/ - WARNING - agent : watch out\n$/);
});

test('keeps to one line', () => {
  const { lines, log } = logged();

  log.info('one\ntwo\r\nthree');

  expect(lines[0]).toMatch(/one\\ntwo\\nthree\n$/);
});

test('steers no terminal that shows it', () => {
  const { lines, log } = logged();

  log.warn({ who: '\u001B[2Jann\u202E' }, 'a stranger\u009B1A came');

  expect(lines[0]).toMatch(/ agent : a stranger\\x9b1A came who=\\x1b\[2Jann\\u202e\n$/);
});

test('says why', () => {
  const { lines, log } = logged();

  log.error({ err: new Error('no disk') }, 'process lost');

  expect(lines[0]).toMatch(/ERROR - agent : process lost -> no disk\n$/);
});

test.each([
  ['no disk', new Error('cannot start: no disk', { cause: new Error('no disk') }), 'cannot start: no disk'],
  ['another cause', new Error('cannot start', { cause: new Error('no disk') }), 'cannot start: no disk'],
  ['a hint', new OchoError('no disk', { code: 'INVALID_INPUT', hint: 'Buy one.' }), 'no disk (Buy one.)'],
  ['what is no error', 'no disk', 'no disk'],
])('says each thing once, and what to do after it: %s', (_what, err, text) => {
  const { lines, log } = logged();

  log.error({ err }, 'process lost');

  expect(lines[0]?.endsWith(`process lost -> ${text}\n`), lines[0]).toBe(true);
});

test('keeps debug lines to itself unless told otherwise', () => {
  const { lines, log } = logged();

  log.debug('details');

  expect(lines).toEqual([]);
});

test('tells no secret', () => {
  const { lines, log } = logged();

  log.info({ token: 'hunter2', zk: { password: 'hunter2' } }, 'connected to zk://me:hunter2@10.0.0.1:2181');
  log.error({ err: new Error('cannot reach https://me:hunter2@host/') }, 'upload failed');

  log.info({ conf: '{"smtp":{"pwd":"hunter2"}}', env: { DB_PASS: 'hunter2' } }, 'DB_PASS=hunter2');
  log.info('no such secret: DB_PASSWORD; ask ann');

  expect(lines.join('')).not.toContain('hunter2');
  expect(lines.at(-1)).toContain('no such secret: DB_PASSWORD; ask ann');
});

function logged() {
  const lines: string[] = [];
  return { lines, log: createLog({ debug: false, write: (line) => lines.push(line) }) };
}
