import type { Troubles } from 'ochopod-fleet/applications';
import type { Scaled } from 'ochopod-fleet/scale';

import type { Table } from './table.ts';

export function scaledTable(clusters: readonly Scaled[]): Table {
  return {
    head: ['cluster', 'pods', 'new', 'gone', 'error'],
    rows: clusters.map(({ name, from, to, up, down, failed }) => [
      ...[name, from === to ? String(to) : `${from} to ${to}`, numbers(up), numbers(down)],
      failed.map(({ error }) => `${error.code}: ${error.message}`).join('; '),
    ]),
  };
}

/** Seqs as they follow a cluster's name: `#1 #2`. */
export function numbers(seqs: readonly number[]): string {
  return seqs.map((seq) => `#${seq}`).join(' ');
}

/** The end of the log of each pod that is in trouble. */
export function troubleLogs(late: Troubles): string[] {
  return Object.entries(late).flatMap(([name, { log }]) =>
    log.length === 0 ? [] : [`the end of the log of ${name}:`, ...log.map((line) => `  ${line}`)],
  );
}
