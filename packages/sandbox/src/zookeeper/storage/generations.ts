import { OchoError } from 'ochopod-core';

import type { Kept } from '../durable-log.ts';
import { damaged, type LogContent, readLog, readSnapshot } from './format.ts';
import type { LogDirectory } from './log-directory.ts';

export const logName = (number: number): string => `log.${number}`;
export const snapshotName = (number: number): string => `snapshot.${number}`;
/** What a snapshot is called while it is written. */
export const unfinished = (name: string): string => `${name}.tmp`;

/** Which files of a directory count, and which a crash has left behind. `log.5` goes on where `snapshot.5` ends. */
export interface Generations {
  /** Nothing: the logs begin with an empty state. */
  readonly snapshot: number | undefined;
  /** In their order; none in a new directory. */
  readonly logs: readonly number[];
  readonly leftovers: readonly string[];
}

/** @throws {OchoError} `INVALID_INPUT` when a log is missing */
export function generationsOf(names: readonly string[]): Generations {
  const snapshots = numbered(names, 'snapshot');
  const logs = numbered(names, 'log');
  const snapshot = snapshots.at(-1);
  const first = snapshot ?? FIRST;
  const counting = logs.filter((number) => number >= first);
  counting.forEach((number, index) => {
    if (number !== first + index) throw missing(first + index);
  });
  if (snapshot !== undefined && counting.length === 0) throw missing(first);
  return {
    snapshot,
    logs: counting,
    leftovers: [
      ...names.filter((name) => /^snapshot\.\d+\.tmp$/.test(name)),
      ...snapshots.slice(0, -1).map(snapshotName),
      ...logs.filter((number) => number < first).map(logName),
    ],
  };
}

const FIRST = 1;

/** What is kept, and where the last log ends; changes nothing. */
export interface Found extends Kept {
  readonly lastLog: number;
  /** How much of the last log is whole; 0 when not even its header is. */
  readonly length: number;
  /** Bytes in all logs, and in the snapshot: what decides when the next one is due. */
  readonly logBytes: number;
  readonly snapshotBytes: number;
}

/** @throws {OchoError} `INVALID_INPUT` naming file and place of what is damaged elsewhere than at its end */
export async function readGenerations(directory: LogDirectory, { snapshot, logs }: Generations): Promise<Found> {
  const state = snapshot === undefined ? undefined : await stateOf(directory, snapshot);
  const records: Uint8Array[] = [];
  let last: LogContent = { records, length: 0 };
  let logBytes = 0;
  for (const number of logs) {
    const file = logName(number);
    const bytes = await directory.read(file);
    last = readLog(bytes, { log: number, file });
    // A log is on disk as a whole before the next one begins.
    if (last.length < bytes.length && number !== logs.at(-1)) throw damaged(file, last.length);
    for (const record of last.records) records.push(record);
    logBytes += last.length;
  }
  const found = { snapshot: state, records, length: last.length, logBytes, snapshotBytes: state?.byteLength ?? 0 };
  return { ...found, lastLog: logs.at(-1) ?? FIRST };
}

async function stateOf(directory: LogDirectory, number: number): Promise<Uint8Array> {
  const file = snapshotName(number);
  return readSnapshot(await directory.read(file), { number, file });
}

function numbered(names: readonly string[], kind: string): readonly number[] {
  const numbers = names.flatMap((name) => {
    const [, digits] = new RegExp(`^${kind}\\.([1-9]\\d{0,8})$`).exec(name) ?? [];
    return digits === undefined ? [] : [Number(digits)];
  });
  return numbers.sort((left, right) => left - right);
}

function missing(number: number): OchoError {
  return new OchoError(`${logName(number)} is missing`, {
    code: 'INVALID_INPUT',
    hint: 'Bring the directory back from a copy, or start with an empty one.',
    details: { file: logName(number), offset: 0 },
  });
}
