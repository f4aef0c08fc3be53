import { visible } from 'ochopod-core';

/** A result in rows. Cells are text; what is not known is an empty cell. */
export interface Table {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * One line per row, cells apart by one tab: no head, no padding, nothing cut off. Empty cells at the end are left
 * out, so only rows with an error have that column.
 */
export function renderTsv({ rows }: Table): string {
  return rows.map((row) => `${trimEnd(row).map(cellText).join('\t')}\n`).join('');
}

function trimEnd(row: readonly string[]): readonly string[] {
  const last = row.findLastIndex((cell) => cell !== '');
  return row.slice(0, last + 1);
}

/** What stands in a cell must not pretend to be two, nor a row to be two. */
export function cellText(text: string): string {
  return visible(text.trimEnd());
}

/** Leave the last column out when nothing stands in it. */
export function withoutEmptyEnd({ head, rows }: Table): Table {
  const last = head.length - 1;
  if (last < 0 || rows.some((row) => (row[last] ?? '') !== '')) return { head, rows };
  return { head: head.slice(0, last), rows: rows.map((row) => row.slice(0, last)) };
}
