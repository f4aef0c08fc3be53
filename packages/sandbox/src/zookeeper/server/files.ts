import { readdirSync, readFileSync } from 'node:fs';

/** How many files this process has open, and may have; -1 where the system does not say. */
export function countsOfFiles(): { readonly openFiles: number; readonly maxFiles: number } {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return { openFiles: readdirSync('/proc/self/fd').length, maxFiles: Number(limit ?? -1) };
  } catch {
    return { openFiles: -1, maxFiles: -1 };
  }
}
