import * as v from 'valibot';

import { parseBoundedJson } from '../domain/bounded-json.ts';
import {
  type ExecResult,
  LAST_LINE_LENGTH,
  LAST_LINES,
  LOG_CURSOR_HEADER,
  LOG_MISSED_HEADER,
  POD_DEATHS,
  type PodInfo,
  PROCESS_CAUSES,
  PROCESS_ENDS,
} from '../domain/control.ts';
import { messageOf, OchoError } from '../errors.ts';
import type { LogAnswer } from './control-client.ts';
import type { Response } from './post.ts';

const text = v.optional(v.string(), '');

/** What a newer agent says otherwise, or a broken one says wrongly, is not known: it is no reason not to hear the rest. */
const known = <T extends v.GenericSchema>(schema: T) => v.fallback(v.optional(schema), undefined);
const words = v.pipe(
  v.string(),
  v.transform((said) => said.slice(0, MOST_WORDS)),
);
/** Longer than any agent's: nobody says more in a cell of a table. */
const MOST_WORDS = 1000;
const time = v.pipe(v.string(), v.isoTimestamp());
const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const lines = v.pipe(
  v.array(v.string()),
  v.transform((said) => said.slice(-LAST_LINES).map((line) => line.slice(0, LAST_LINE_LENGTH))),
);

const Facts = v.object({
  agent: known(words),
  configured: known(words),
  since: known(time),
  by: known(v.picklist(PROCESS_CAUSES)),
  trouble: known(words),
  restarts: known(count),
  failing: known(v.object({ count, since: time, loop: v.boolean() })),
  lastEnd: known(
    v.object({
      how: v.picklist(PROCESS_ENDS),
      why: words,
      at: time,
      code: known(v.pipe(v.number(), v.integer())),
      signal: known(words),
      stdout: lines,
      stderr: lines,
    }),
  ),
  died: known(v.object({ how: v.picklist(POD_DEATHS), why: words, at: time })),
});

/** Old agents leave fields out until they know them. */
const Info = v.looseObject({
  application: text,
  dependencies: v.optional(v.array(v.string()), []),
  ip: text,
  metrics: v.optional(v.record(v.string(), v.unknown()), {}),
  node: text,
  port: v.optional(v.pipe(v.union([v.string(), v.number()]), v.transform(String)), ''),
  ports: v.optional(v.record(v.string(), v.number()), {}),
  process: v.picklist(['stopped', 'running', 'terminating', 'dead']),
  public: text,
  state: v.optional(
    v.picklist(['follower', 'leader', 'leader (configuration pending)', 'leader (configuring)']),
    'follower',
  ),
  status: text,
  task: text,
  ...Facts.entries,
});

export const parseInfo = (reply: unknown): PodInfo => parse(Info, reply);

/** A cursor is the agent's own affair; it is only sent back to it. */
const Cursor = v.fallback(v.optional(v.pipe(v.string(), v.regex(/^[\w.:-]{1,128}$/))), undefined);
const Count = v.fallback(v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number)), 0);

export function parseLog({ headers, body }: Response, who: string): LogAnswer {
  return {
    lines: parse(v.array(v.string()), parseJson(body, who)),
    cursor: v.parse(Cursor, headers[LOG_CURSOR_HEADER]),
    missed: v.parse(Count, headers[LOG_MISSED_HEADER]),
  };
}

export const parseExecResult = (reply: unknown): ExecResult =>
  parse(v.object({ code: v.pipe(v.number(), v.integer()), stdout: v.array(v.string()) }), reply);

const Failure = v.object({
  code: v.optional(v.unknown()),
  message: v.fallback(v.string(), ''),
  /** What a tool that had to end early had printed. */
  stdout: v.fallback(v.optional(v.array(v.string())), undefined),
});

/** What a body says about a failure. Old agents answer `{}` to whatever went wrong; ours say why. */
export function parseFailure(body: string): v.InferOutput<typeof Failure> {
  try {
    const { message, ...failure } = v.parse(Failure, parseBoundedJson(body));
    return { ...failure, message: message.slice(0, MOST_QUOTED) };
  } catch {
    return { message: '', stdout: undefined }; // not JSON: the status says it all
  }
}

/** One fault is enough: an answer may hold a million, and each may quote what it found. */
function parse<T>(schema: v.GenericSchema<unknown, T>, reply: unknown): T {
  const result = v.safeParse(schema, reply, { abortEarly: true });
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw garbage(`${v.getDotPath(issue) ?? 'it'}: ${issue.message}`);
}

/** @throws {OchoError} `POD_FAILED`: what answers there is no agent, or a broken one */
export function parseJson(body: string, who: string): unknown {
  try {
    return parseBoundedJson(body);
  } catch (cause) {
    throw garbage(`${who} does not answer JSON: ${messageOf(cause)}`, cause);
  }
}

/** Characters of an answer that a message repeats. */
const MOST_QUOTED = 2000;

function garbage(what: string, cause?: unknown): OchoError {
  const quoted = what.slice(0, MOST_QUOTED);
  return new OchoError(`the answer is not what an agent says: ${quoted}`, { code: 'POD_FAILED', cause });
}
