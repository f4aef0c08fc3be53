import { OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { usesColors } from '../../src/io/colors.ts';
import { historyPath } from '../../src/io/history-file.ts';
import { awaitedText } from '../../src/io/progress.ts';
import { renderDrawn } from '../../src/render/drawn-table.ts';
import { explain } from '../../src/render/failures.ts';
import { renderTsv } from '../../src/render/table.ts';

const TABLE = {
  head: ['pod', 'state', 'error'],
  rows: [
    ['demo.web #1', 'leader', ''],
    ['demo.web #22', '', 'TIMEOUT: late'],
  ],
};

describe('tables', () => {
  test('for programs hold neither head nor padding', () => {
    expect(renderTsv(TABLE)).toBe('demo.web #1\tleader\ndemo.web #22\t\tTIMEOUT: late\n');
  });

  test('for programs keep a cell a cell', () => {
    expect(renderTsv({ head: [], rows: [['a\tb\nc', 'd']] })).toBe('a\\tb\\nc\td\n');
  });

  test('for people stand in columns, without an empty last one', () => {
    expect(renderDrawn({ ...TABLE, rows: TABLE.rows.slice(0, 1) }, { colors: false })).toBe(
      'pod          state\ndemo.web #1  leader\n',
    );
    expect(renderDrawn(TABLE, { colors: false })).toContain('demo.web #22          TIMEOUT: late');
  });

  test('have a bold head where colours are welcome', () => {
    expect(renderDrawn(TABLE, { colors: true })).toContain('\u001B[1mpod\u001B[22m');
    expect(renderDrawn(TABLE, { colors: false })).not.toContain('\u001B');
  });

  test('are nothing when there are no rows', () => {
    expect(renderDrawn({ head: ['pod'], rows: [] }, { colors: false })).toBe('');
  });
});

test.each([
  { isTty: true, env: {}, colors: true },
  { isTty: true, env: { NO_COLOR: '1' }, colors: false },
  { isTty: true, env: { NO_COLOR: '' }, colors: true },
  { isTty: true, env: { TERM: 'dumb' }, colors: false },
  { isTty: false, env: {}, colors: false },
])('colours with $env on a terminal ($isTty): $colors', ({ isTty, env, colors }) => {
  expect(usesColors({ isTty, env })).toBe(colors);
});

test('progress names a few of those that are awaited', () => {
  expect(awaitedText({ expected: 9, missing: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] })).toBe(
    '2 of 9 answered, waiting for a, b, c, d, e and 2 more',
  );
});

test('history is kept where the XDG base directories say', () => {
  expect(historyPath({}, '/home/joe')).toBe('/home/joe/.local/state/ocho/history');
  expect(historyPath({ XDG_STATE_HOME: '/state' }, '/home/joe')).toBe('/state/ocho/history');
});

test('failures keep their hint and details, and bugs are told apart', () => {
  const error = new OchoError('no', { code: 'DENIED', hint: 'Ask.', details: { who: 'joe' } });

  expect(explain(error, 'ocho ls')).toEqual({ code: 'DENIED', message: 'no', hint: 'Ask.', details: { who: 'joe' } });
  expect(explain(new TypeError('x is undefined'), 'ocho ls')).toMatchObject({ code: 'UNEXPECTED' });
});
