import type { Clock } from 'ochopod-core';

import { renderDrawn } from './drawn-table.ts';
import type { Table } from './table.ts';

export interface GrowingOptions {
  readonly head: readonly string[];
  readonly clock: Clock;
  readonly colors: boolean;
  write(text: string): void;
}

/** What comes within this time is shown together, in order; nearly always that is all. */
const TOGETHER_MS = 500;

/** A table for people that is shown as its rows come, once that takes long. Nothing is cut off. */
export class GrowingTable {
  readonly #options: GrowingOptions;
  readonly #done = new AbortController();
  readonly #shown = new Set<string>();
  #waiting: (readonly string[])[] = [];
  /** The longest cell of each column so far: columns do not move apart from row to row. */
  #widest: readonly string[];
  #grows = false;

  constructor(options: GrowingOptions) {
    this.#options = options;
    this.#widest = options.head;
    options.clock.sleep(TOGETHER_MS, this.#done.signal).then(
      () => this.#begin(),
      () => {}, // all was there before
    );
  }

  add(row: readonly string[]): void {
    this.#waiting.push(row);
    if (this.#grows) this.#show();
  }

  /** @returns what of the whole table is still to be shown, as it is to be shown */
  finish(table: Table): string {
    this.#done.abort();
    if (this.#shown.size === 0) return renderDrawn(table, this.#options);
    return this.#drawn(table.rows.filter(([name = '']) => !this.#shown.has(name)));
  }

  /** For when there will be no whole table. */
  end(): void {
    this.#done.abort();
  }

  #begin(): void {
    this.#grows = true;
    this.#show();
  }

  #show(): void {
    const rows = this.#waiting;
    this.#waiting = [];
    if (rows.length > 0) this.#options.write(this.#drawn(rows.toSorted(byName)));
  }

  #drawn(rows: readonly (readonly string[])[]): string {
    if (rows.length === 0) return '';
    const isFirst = this.#shown.size === 0;
    for (const row of rows) {
      this.#shown.add(row[0] ?? '');
      this.#widest = this.#widest.map((cell, at) => longer(cell, row[at] ?? ''));
    }
    // A row as wide as any so far keeps the columns where they are; it is not shown.
    const lines = renderDrawn({ head: this.#options.head, rows: [this.#widest, ...rows] }, this.#options).split('\n');
    return [...(isFirst ? lines.slice(0, 1) : []), ...lines.slice(2)].join('\n');
  }
}

const longer = (left: string, right: string): string => (right.length > left.length ? right : left);

const byName = ([left = '']: readonly string[], [right = '']: readonly string[]): number =>
  left.localeCompare(right, 'en', { numeric: true });
