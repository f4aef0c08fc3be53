import { masked, maskText } from 'ochopod-core';
import { pino } from 'pino';

/** Messages are constant, lower case, past tense; data goes into fields. */
export interface Log {
  debug: Write;
  info: Write;
  warn: Write;
  error: Write;
  child(bindings: { component: string }): Log;
}

interface Write {
  (message: string): void;
  (fields: object, message: string): void;
}

export interface LogOptions {
  readonly debug: boolean;
  /** Receives each line, with its newline. */
  readonly write: (line: string) => void;
}

/** A log that writes lines such as `2026-11-22 19:51:59,517 - INFO - lifecycle : pod started pid=81`. */
export function createLog({ debug, write }: LogOptions): Log {
  return pino(
    {
      base: null,
      level: debug ? 'debug' : 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    { write: (json) => write(formatLine(JSON.parse(json), debug)) },
  );
}

/** The level names that readers of existing logs look for. */
const LEVEL_NAMES: Readonly<Record<string, string>> = { warn: 'WARNING', fatal: 'CRITICAL' };

interface Entry {
  readonly level: string;
  readonly time: string;
  readonly component?: string;
  readonly msg?: string;
  readonly err?: { readonly message?: string; readonly stack?: string };
}

function formatLine(entry: Entry, debug: boolean): string {
  const { level, time, component, msg, err, ...fields } = entry;
  const clock = time.replace('T', ' ').replace('.', ',').replace('Z', '');
  const data = Object.entries(fields).map(([name, value]) => ` ${name}=${asText(masked(value, name))}`);
  const why = err === undefined ? '' : ` -> ${(debug ? err.stack : undefined) ?? err.message}`;
  const text = `${LEVEL_NAMES[level] ?? level.toUpperCase()} - ${component ?? 'agent'} : ${msg ?? ''}${data.join('')}${why}`;
  return `${clock} - ${maskText(text).replace(/\r?\n/g, '\\n')}\n`;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
