import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Kept } from '../../../src/zookeeper/durable-log.ts';
import { WriteAheadLog } from '../../../src/zookeeper/storage/write-ahead-log.ts';
import { MemoryDirectory } from './memory-directory.ts';

const unlocked = async () => async () => undefined;
const open = (directory: MemoryDirectory, snapshotEveryBytes = 1000) =>
  new WriteAheadLog({ directory, lock: unlocked, snapshotEveryBytes });
const bytes = (text: string) => Buffer.from(text);
const told = ({ snapshot, records }: Kept) => ({
  snapshot: snapshot === undefined ? undefined : Buffer.from(snapshot).toString(),
  records: records.map((record) => Buffer.from(record).toString()),
});
const loaded = async (directory: MemoryDirectory) => told(await open(directory).load());

describe('a write-ahead log', () => {
  test('keeps what was appended', async () => {
    const disk = new MemoryDirectory();
    const log = open(disk);
    expect(told(await log.load())).toEqual({ snapshot: undefined, records: [] });
    await Promise.all([log.append(bytes('a')), log.append(bytes('b'))]);
    await log.append(bytes(''));
    await log.close();
    expect(await loaded(disk)).toEqual({ snapshot: undefined, records: ['a', 'b', ''] });
  });

  test('syncs together what was appended while it synced', async () => {
    let operations = 0;
    const log = open(
      new MemoryDirectory(() => {
        operations += 1;
        return undefined;
      }),
    );
    await log.load();
    const before = operations;
    const first = log.append(bytes('first'));
    await Promise.resolve();
    await Promise.all([first, ...Array.from({ length: 100 }, (_, index) => log.append(bytes(`${index}`)))]);
    expect(operations - before).toBe(4); // two writes, two operations
  });

  test('a snapshot takes the place of what was appended before it, not of what came after', async () => {
    const disk = new MemoryDirectory();
    const log = open(disk);
    await log.load();
    const before = log.append(bytes('before'));
    const snapshot = log.snapshot(bytes('state'));
    const after = log.append(bytes('after'));
    await Promise.all([before, snapshot, after]);
    await log.close();
    expect(await loaded(disk)).toEqual({ snapshot: 'state', records: ['after'] });
    expect(await disk.names()).toEqual(['log.2', 'snapshot.2']);
  });

  test('asks for a snapshot when the log outgrows its bound and the last snapshot', async () => {
    const log = open(new MemoryDirectory());
    await log.load();
    await log.append(Buffer.alloc(1000));
    expect(log.isSnapshotDue).toBe(false);
    await log.append(bytes('x'));
    expect(log.isSnapshotDue).toBe(true);
    const snapshot = log.snapshot(Buffer.alloc(2000));
    expect(log.isSnapshotDue).toBe(false);
    await snapshot;
    await log.append(Buffer.alloc(2000));
    expect(log.isSnapshotDue).toBe(false);
    await log.append(bytes('x'));
    expect(log.isSnapshotDue).toBe(true);
  });

  test('a full disk refuses the write and everything after it, and the next start has what was acknowledged', async () => {
    let isFull = false;
    const disk = new MemoryDirectory(() => (isFull ? 'full' : undefined));
    const log = open(disk);
    await log.load();
    await log.append(bytes('kept'));
    isFull = true;
    const torn = log.append(bytes('torn'));
    const waiting = log.snapshot(bytes('state'));
    await expect(torn).rejects.toThrow('cannot write to /data: ENOSPC');
    await expect(waiting).rejects.toThrow('ENOSPC');
    isFull = false;
    await expect(log.append(bytes('late'))).rejects.toThrow('ENOSPC');
    await expect(log.snapshot(bytes('state'))).rejects.toThrow('ENOSPC');
    await log.close();
    expect(await loaded(disk)).toEqual({ snapshot: undefined, records: ['kept'] });
  });

  test('a snapshot that finds no room leaves the log as it was', async () => {
    let isFull = false;
    const disk = new MemoryDirectory(() => (isFull ? 'full' : undefined));
    const log = open(disk);
    await log.load();
    await log.append(bytes('a'));
    const snapshot = log.snapshot(bytes('state'));
    await log.append(bytes('b')); // in the new log
    isFull = true;
    await expect(snapshot).rejects.toThrow('cannot keep a snapshot in /data: ENOSPC');
    isFull = false;
    await log.append(bytes('c'));
    await log.close();
    expect(await loaded(disk)).toEqual({ snapshot: undefined, records: ['a', 'b', 'c'] });
  });

  test.each([
    ['the first log is missing', ['log.2'], 'log.1 is missing'],
    ['a log between others is missing', ['log.1', 'log.3'], 'log.2 is missing'],
    ['the log after the snapshot is missing', ['snapshot.2'], 'log.2 is missing'],
    ['a log that is not the last ends too early', ['log.1', 'log.2'], 'log.1 is damaged at byte 0'],
  ])('%s: refused', async (_what, names, message) => {
    const disk = new MemoryDirectory();
    for (const name of names) disk.put(name, bytes('torn'));
    await expect(open(disk).load()).rejects.toThrow(message);
  });

  test('does not go on after its end', async () => {
    const log = open(new MemoryDirectory());
    await log.load();
    const last = log.append(bytes('last'));
    await Promise.all([last, log.close(), log.close()]);
    await expect(log.append(bytes('late'))).rejects.toMatchObject({ code: 'INTERRUPTED' });
  });
});

test('whatever fails and whenever, every acknowledged record is there after it, in order', async () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ do: fc.constant('append' as const), size: fc.nat(30) }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('pass time' as const), size: fc.nat(12) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('snapshot' as const), size: fc.constant(0) }) },
  );
  const life = fc.record({
    steps: fc.array(step, { maxLength: 25 }),
    cutAt: fc.integer({ min: 1, max: 40 }),
    end: fc.constantFrom('power cut' as const, 'kill' as const),
  });
  const lucks = fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }));
  await fc.assert(
    fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 4 }), lucks, async (lives, luck) => {
      const next = () => Number(luck.next().value);
      let disk = new MemoryDirectory();
      let kept: readonly string[] = [];
      for (const { steps, cutAt, end } of lives) {
        const mishap = (operation: number) => (operation >= cutAt ? ('cut' as const) : undefined);
        disk = end === 'kill' ? disk.afterKill(mishap) : disk.afterPowerCut(next, mishap);
        kept = await new Life(disk, kept).run(steps);
      }
      const last = await loaded(disk.afterPowerCut(next));
      expect(contentOf(last).slice(0, kept.length)).toEqual(kept);
    }),
    { numRuns: Number(process.env['OCHOPOD_RUNS'] ?? 400) },
  );
});

interface Step {
  readonly do: 'append' | 'pass time' | 'snapshot';
  readonly size: number;
}

/** A log from its start to the end of the steps, or of the power. */
class Life {
  readonly #disk: MemoryDirectory;
  readonly #kept: readonly string[];
  readonly #appended: string[] = [];
  #acknowledged = 0;

  /** @param kept what must be there from before */
  constructor(disk: MemoryDirectory, kept: readonly string[]) {
    this.#disk = disk;
    this.#kept = kept;
  }

  /** @returns what must be there from now on */
  async run(steps: readonly Step[]): Promise<readonly string[]> {
    const log = open(this.#disk);
    const began = log.load().then((found) => this.#begin(contentOf(told(found))));
    if ((await Promise.race([began.then(() => 'began'), turn()])) === undefined) return this.#kept;
    for (const step of steps) await this.#take(log, step);
    await turn();
    return this.#appended.slice(0, this.#acknowledged);
  }

  #begin(found: readonly string[]): void {
    expect(found.slice(0, this.#kept.length)).toEqual(this.#kept);
    this.#appended.push(...found);
    this.#acknowledged = found.length;
  }

  async #take(log: WriteAheadLog, { do: what, size }: Step): Promise<void> {
    if (what === 'snapshot') void log.snapshot(bytes(JSON.stringify(this.#appended)));
    if (what === 'append') this.#append(log, `${this.#appended.length}:${'x'.repeat(size)}`);
    for (let passed = 0; what === 'pass time' && passed < size; passed += 1) await Promise.resolve();
  }

  #append(log: WriteAheadLog, record: string): void {
    const place = this.#appended.push(record);
    void log.append(bytes(record)).then(() => {
      this.#acknowledged = place;
    });
  }
}

function contentOf({ snapshot, records }: ReturnType<typeof told>): readonly string[] {
  return [...(snapshot === undefined ? [] : (JSON.parse(snapshot) as string[])), ...records];
}
