import type { ApplicationEnd, Killed } from 'ochopod-fleet/kill';

import type { Table } from './table.ts';
import { steeredTable } from './tables.ts';

/** Pods first, then what became of their applications. */
export function killedTable({ targets, applications }: Pick<Killed, 'targets' | 'applications'>): Table {
  const { rows } = steeredTable(targets, 'down');
  return {
    head: ['what', 'result', 'error'],
    rows: [...rows, ...[...applications].map(([id, end]) => [id, ...endCells(end)])],
  };
}

function endCells({ deleted, removed, left, error }: ApplicationEnd): readonly string[] {
  if (error !== undefined) return ['failed', `${error.code}: ${error.message}`];
  if (deleted) return ['deleted', ''];
  const tasks = removed.length === 1 ? '1 task' : `${removed.length} tasks`;
  return [`${tasks} removed, ${left} left`, ''];
}
