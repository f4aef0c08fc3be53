import { Chalk } from 'chalk';
import CliTable from 'cli-table3';

import { cellText, type Table, withoutEmptyEnd } from './table.ts';

export interface DrawnOptions {
  readonly colors: boolean;
}

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '  ' },
};

/** For people: a head, and columns that stand under each other. Nothing is cut off. */
export function renderDrawn(table: Table, { colors }: DrawnOptions): string {
  const { head, rows } = withoutEmptyEnd(table);
  if (rows.length === 0) return '';
  const chalk = new Chalk({ level: colors ? 1 : 0 });
  const drawn = new CliTable({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  });
  drawn.push(head.map((name) => chalk.bold(cellText(name))));
  for (const row of rows) drawn.push(row.map(cellText));
  const lines = drawn.toString().split('\n');
  return `${lines.map((line) => line.trimEnd()).join('\n')}\n`;
}
