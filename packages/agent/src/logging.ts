import { asError, masked, maskText, messageOf, visible } from 'ochopod-core';
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

/** A log in UTC that writes lines such as `2026-11-22 19:51:59,517Z - INFO - lifecycle : pod started pid=81`. */
export function createLog({ debug, write }: LogOptions): Log {
  return pino(
    {
      base: null,
      level: debug ? 'debug' : 'info',
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
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
  readonly err?: Described;
}

interface Described {
  readonly message: string;
  readonly stack: string;
  readonly hint?: string;
}

/** Each thing once: most of our messages quote that of their cause. */
function describeError(error: unknown): Described {
  const { message, stack, hint, cause }: Error & { readonly hint?: string } = asError(error);
  const why = cause === undefined ? '' : messageOf(cause);
  const whole = message.includes(why) ? message : `${message}: ${why}`;
  return { message: whole, stack: stack ?? whole, ...(hint !== undefined && { hint }) };
}

function formatLine(entry: Entry, debug: boolean): string {
  const { level, time, component, msg, err, ...fields } = entry;
  const clock = time.replace('T', ' ').replace('.', ',');
  const data = Object.entries(fields).map(([name, value]) => ` ${name}=${asText(masked(value, name))}`);
  const why = err === undefined ? '' : ` -> ${debug ? err.stack : err.message}${hintOf(err)}`;
  const text = `${LEVEL_NAMES[level] ?? level.toUpperCase()} - ${component ?? 'agent'} : ${msg ?? ''}${data.join('')}${why}`;
  // What comes from peers and authors is told on one line, and steers no terminal that shows it.
  return `${clock} - ${visible(maskText(text).replaceAll('\r\n', '\n'))}\n`;
}

const hintOf = ({ hint }: Described): string => (hint === undefined ? '' : ` (${hint})`);

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
