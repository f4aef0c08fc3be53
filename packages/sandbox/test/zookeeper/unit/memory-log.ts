import type { DurableLog, Kept } from '../../../src/zookeeper/durable-log.ts';

/** A log that outlives databases, but not the test. */
export class MemoryLog implements DurableLog {
  isSnapshotDue = false;
  failure: Error | undefined;
  #snapshot: Uint8Array | undefined;
  #records: Uint8Array[] = [];

  async load(): Promise<Kept> {
    return { snapshot: this.#snapshot, records: [...this.#records] };
  }

  async append(record: Uint8Array): Promise<void> {
    if (this.failure !== undefined) throw this.failure;
    this.#records.push(record);
  }

  async snapshot(state: Uint8Array): Promise<void> {
    this.#snapshot = state;
    this.#records = [];
  }

  async close(): Promise<void> {}
}
