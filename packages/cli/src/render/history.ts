import type { FieldChange, HistoryReport, VersionSummary } from 'ochopod-fleet/applications';

import type { Table } from './table.ts';

export function historyTable(report: HistoryReport): Table {
  return {
    head: ['application', 'version', 'runs', 'image', 'instances', 'changes'],
    rows: Object.entries(report).flatMap(([id, { versions }]) =>
      versions.map((each) => [
        ...[each.of ?? id, each.version, runs(each), each.image ?? '', String(each.instances)],
        each.changes === null ? 'the oldest that is known' : each.changes.map(changeText).join('; '),
      ]),
    ),
  };
}

function runs({ current, tasks }: VersionSummary): string {
  if (!current && tasks === 0) return '';
  const each = tasks === 1 ? '1 task' : `${tasks} tasks`;
  return current ? `now, ${each}` : each;
}

function changeText({ field, from, to }: FieldChange): string {
  if (from === null) return `${field}: new, ${to}`;
  return to === null ? `${field}: gone` : `${field}: ${from} -> ${to}`;
}
