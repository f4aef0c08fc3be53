import { troubles } from 'ochopod-fleet/applications';
import type { Bumped } from 'ochopod-fleet/bump';

import { numbers, troubleLogs } from './scaled.ts';
import type { Table } from './table.ts';

export function bumpedTable(bumped: readonly Bumped[]): Table {
  return {
    head: ['cluster', 'application', 'image', 'result', 'up', 'error'],
    rows: bumped.map(({ cluster, application, image, done, up, failed }) => [
      ...[cluster, application, image, done, numbers(up.map(({ seq }) => seq).sort((left, right) => left - right))],
      failed.map(({ error }) => `${error.code}: ${error.message}`).join('; '),
    ]),
  };
}

/** The end of the log of each pod that is not up, and how to go on with what was left half done. */
export function bumpNotes(bumped: readonly Bumped[]): string[] {
  return bumped.flatMap(({ cluster, done, late, was, application }) => [
    ...troubleLogs(troubles(late)),
    ...((done === 'canary' || done === 'stopped') && was !== application
      ? [`hint: \`ocho bump ${cluster} --continue\` goes on, \`ocho bump ${cluster} --abort\` goes back`]
      : []),
  ]);
}
