import { readFile, stat } from 'node:fs/promises';

import { type ErrorCode, messageOf, OchoError } from 'ochopod-core';
import type { LocalFiles } from '../context.ts';

const CODES: Readonly<Record<string, ErrorCode>> = { ENOENT: 'NOT_FOUND', EACCES: 'DENIED', EPERM: 'DENIED' };

export const localFiles: LocalFiles = {
  read: async (path) => {
    try {
      return await readFile(path);
    } catch (cause) {
      const code = CODES[(cause as NodeJS.ErrnoException).code ?? ''] ?? 'INVALID_INPUT';
      throw new OchoError(`cannot read ${path}: ${messageOf(cause)}`, { code, cause });
    }
  },
  isFile: async (path) => {
    const found = await stat(path).catch(() => undefined); // whatever the reason: it is not a file for us
    return found?.isFile() ?? false;
  },
  tail: async (path, options) => (await import('./tail.ts')).tail(path, options),
};
