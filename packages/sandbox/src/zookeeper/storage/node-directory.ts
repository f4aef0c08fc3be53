import { type FileHandle, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { LogDirectory, LogFile } from './log-directory.ts';

/** A directory of the file system. It holds what clients keep secret from each other: its files are the owner's. */
export function nodeDirectory(path: string): LogDirectory {
  const at = (name: string) => join(path, name);
  return {
    path,
    names: () => readdir(path),
    read: (name) => readFile(at(name)),
    create: async (name) => logFile(await open(at(name), 'w', OWNER_ONLY)),
    reopen: async (name, length) => {
      const handle = await open(at(name), 'a');
      await handle.truncate(length);
      return logFile(handle);
    },
    rename: (from, to) => rename(at(from), at(to)),
    remove: (name) => rm(at(name), { force: true }),
    sync: async () => {
      const handle = await open(path, 'r');
      try {
        await handle.sync();
      } finally {
        await handle.close();
      }
    },
  };
}

const OWNER_ONLY = 0o600;

function logFile(handle: FileHandle): LogFile {
  return {
    // Unlike `write`, it writes everything.
    append: (bytes) => handle.appendFile(bytes),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}
