import { isOchoError, splitWords } from 'ochopod-core';
import * as v from 'valibot';

import type { Finding } from '../documents/problem.ts';
import { parseImage } from './image.ts';
import { PORT_NOTATION, parsePort } from './ports.ts';

/** A message of the schema; the hint follows on a line of its own, where there is one. */
export function says(message: string, hint?: string): string {
  return hint === undefined ? message : `${message}\n${hint}`;
}

export function findingOf(message: string): Finding {
  const [said = '', hint] = message.split('\n');
  return { message: said, ...(hint !== undefined && { hint }) };
}

/** What `ocho explain` and editors tell about a field; a title, where there is one, is what they call its type. */
export function about<T>(description: string, ...examples: unknown[]) {
  return v.metadata<T, { readonly description: string; readonly examples: unknown[] }>({
    description: description.replaceAll('\n', ' '),
    examples,
  });
}

export const text = v.pipe(
  v.string(says('must be text', 'Quote it.')),
  v.minLength(1, says('must not be empty text', 'Write something, or leave the line out.')),
);
export const flag = v.boolean(says('must be true or false', 'Write true or false, without quotes.'));
export const names = v.pipe(v.string(), v.regex(/^[\w.-]+$/, 'must be letters, digits, dots, - and _'));

/** Text however it looks: the reader hands it over as it was written. */
export const word = v.pipe(
  v.union([v.string(), v.number(), v.boolean()], says('must be text', 'Write "" for empty text.')),
  v.title('text'),
  v.transform(String),
);

export const NO_MAP = says('must be a map', 'Write `name: value` lines under it.');
export const anything = v.record(v.string(), v.unknown(), NO_MAP);

export const whole = (least: number) => {
  const message = `must be a whole number, ${least} or more`;
  return v.pipe(v.number(message), v.integer(message), v.safeInteger(message), v.minValue(least, message));
};

export const amount = v.pipe(
  v.number('must be a number'),
  v.finite('must be a number'),
  v.minValue(0, 'must not be negative'),
);

const SHARE = says('must be a share of the pods, 0 to 1', 'Write 0.5 for half of them.');
export const share = v.pipe(v.number(SHARE), v.minValue(0, SHARE), v.maxValue(1, SHARE), v.title('a share, 0 to 1'));

/** Seconds; the text forms are those of `--timeout`, in whole seconds. */
export const seconds = (least: number) => {
  const message = says(`must be ${least} or more seconds`, 'Write a whole number of seconds, or 90s, 5m, 1h.');
  const bounded = v.pipe(v.number(message), v.integer(message), v.safeInteger(message), v.minValue(least, message));
  const written = v.pipe(
    v.string(message),
    v.regex(/^\d{1,6}[smh]$/, message),
    v.transform((given) => Number(given.slice(0, -1)) * (UNITS[given.slice(-1)] ?? 1)),
    v.minValue(least, message),
  );
  return v.pipe(v.union([bounded, written], message), v.title('seconds, or as 90s, 5m, 1h'));
};

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

const NO_PORT = says(
  'is no port',
  'Write 6379, 9000 * (the same port on the host), 80 8000 (container, host) or 8125 * udp; ports are 1 to 65535.',
);
export const port = v.pipe(
  v.union(
    [v.pipe(whole(1), v.maxValue(65_535, NO_PORT)), v.pipe(v.string(), v.regex(PORT_NOTATION, NO_PORT))],
    NO_PORT,
  ),
  v.title('a port'),
  about('A container port: `6379`, `9000 *`, `80 8000`, each with `tcp` or `udp` after it.', 6379, '80 8000'),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const parsed = parsePort(dataset.value);
    if (parsed !== undefined) return parsed;
    addIssue({ message: NO_PORT });
    return NEVER;
  }),
);

export const image = v.pipe(
  text,
  v.rawCheck(({ dataset, addIssue }) => {
    if (dataset.typed) reportFailure(() => parseImage(dataset.value), addIssue);
  }),
);

const COMMAND = 'must be a list of words, or one line of them';
/** No shell: a line is only split into words, quotes respected. */
export const command = v.pipe(
  v.union([v.array(word), v.string()], COMMAND),
  about(
    `What the image's entry point is given, as a list of words, or as one line of them: quotes keep words together, and
nothing else is special, since no shell reads it. Without it the image's own default is used.`,
    ['--port', '9000'],
    '--name "a pod"',
  ),
  v.rawTransform(({ dataset, addIssue, NEVER }) => {
    const { value } = dataset;
    return typeof value === 'string' ? (reportFailure(() => splitWords(value), addIssue) ?? NEVER) : value;
  }),
  v.minLength(1, says('must not be empty', 'Leave it out to use what the image says.')),
);

/** Let what a parser throws be said by the schema. */
function reportFailure<T>(parse: () => T, addIssue: (info: { message: string }) => void): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!isOchoError(error)) throw error;
    addIssue({ message: says(error.message, error.hint) });
    return undefined;
  }
}
