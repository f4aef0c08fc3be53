import type { RemovedApplication, RemoveReport } from 'ochopod-fleet/remove';

import type { Table } from './table.ts';

export function removedTable(report: RemoveReport): Table {
  return {
    head: ['application', 'cluster', 'result', 'error'],
    rows: Object.entries(report).map(([id, removed]) => [id, removed.cluster, ...resultOf(removed)]),
  };
}

function resultOf({ ok, unwilling = {}, error }: RemovedApplication): readonly string[] {
  if (error !== undefined) return ['failed', `${error.code}: ${error.message}`];
  const names = Object.keys(unwilling);
  return [ok ? 'removed' : 'failed', names.length === 0 ? '' : `did not shut down in order: ${names.join(', ')}`];
}
