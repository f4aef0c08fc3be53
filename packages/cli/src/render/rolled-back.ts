import type { ApplicationReport } from 'ochopod-fleet/rollback';

import type { Table } from './table.ts';

export function rolledBackTable(applications: ReadonlyMap<string, ApplicationReport>): Table {
  return {
    head: ['application', 'from', 'to', 'image', 'up', 'error'],
    rows: [...applications].map(([id, { from, to, image, instances, up, error }]) => [
      ...[id, from, from === to ? 'as before' : to, image ?? '', `${up.length}/${instances}`],
      error === undefined ? '' : `${error.code}: ${error.message}`,
    ]),
  };
}
