import { mkdir } from 'node:fs/promises';
import { messageOf, OchoError } from 'ochopod-core';

import type { DurableLog } from '../durable-log.ts';
import { lockDirectory } from './lock-directory.ts';
import { nodeDirectory } from './node-directory.ts';
import { WriteAheadLog } from './write-ahead-log.ts';

export interface DurableLogOptions {
  /** Made when it is not there. */
  readonly directory: string;
  /** A snapshot is due when the logs are larger than this, and than the last snapshot. Default: 16 MiB. */
  readonly snapshotEveryBytes?: number;
}

/**
 * A log in files of a directory: `log.<n>`, `snapshot.<n>`, and `lock` while it is used. Only `load` takes the
 * directory; until then nothing has to be closed.
 *
 * @throws {OchoError} `DENIED` when there can be no such directory
 */
export async function openDurableLog({ directory, ...options }: DurableLogOptions): Promise<DurableLog> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new OchoError(`cannot use ${directory}: ${messageOf(cause)}`, { code: 'DENIED', cause });
  }
  return new WriteAheadLog({ directory: nodeDirectory(directory), lock: () => lockDirectory(directory), ...options });
}
