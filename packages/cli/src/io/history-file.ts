import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { visible } from 'ochopod-core';

import type { HistoryFile } from '../context.ts';
import { stateHome } from './state-home.ts';

const MOST_LINES = 1000;

/** `$XDG_STATE_HOME/ocho/history`, readable by its owner only: command lines may hold what others should not see. */
export function createHistoryFile(path: string): HistoryFile {
  return {
    load: async () => {
      const text = await readFile(path, 'utf8').catch(() => ''); // the first session has none
      return text
        .split('\n')
        .filter((line) => line !== '' && visible(line) === line)
        .slice(-MOST_LINES);
    },
    append: async (line) => {
      try {
        await mkdir(dirname(path), { recursive: true, mode: 0o700 });
        await appendFile(path, `${line}\n`, { mode: 0o600 });
      } catch {
        // A history that cannot be kept is no reason to stop.
      }
    },
  };
}

/** Where the history is kept. */
export function historyPath(env: Readonly<Record<string, string | undefined>>, home: string): string {
  return join(stateHome(env, home), 'ocho', 'history');
}
