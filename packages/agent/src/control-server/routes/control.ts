import type { FastifyInstance, FastifyReply } from 'fastify';
import {
  CONTROL_TASKS,
  type ControlTask,
  DEFAULT_CONTROL_SECONDS,
  FENCE_HEADER,
  MAX_CONTROL_SECONDS,
  OchoError,
  withDeadline,
} from 'ochopod-core';

import type { ControlRequest } from '../../supervised-pod.ts';
import type { ControlServerDeps } from '../deps.ts';
import { parseJson } from '../parse-json.ts';

interface Params {
  readonly '*': string;
}

/**
 * `POST /control/<task>[/<seconds>]`.
 *
 * A caller that hangs up calls nothing off: old leaders do so when they have waited long enough, and count on
 * the work to go on. Its own time limit does.
 */
export function addControlRoute(app: FastifyInstance, { pod, clock, closing }: ControlServerDeps): void {
  const handle = async ({ params, headers, body }: Asked, reply: FastifyReply) => {
    if (pod.dead.aborted) throw new OchoError('the pod is dead', { code: 'POD_DEAD' });
    const { task, seconds } = parsePath(params['*']);
    const ms = seconds * 1000;
    const request: ControlRequest = { task, payload: parseJson(body), ...parseFence(headers[FENCE_HEADER]) };
    const answer = await withDeadline({ clock, ms, what: `/control/${task}`, parent: closing }, (signal) =>
      pod.perform(request, signal),
    );
    // Said outright: a script may answer a signal with plain text, which is JSON as well.
    return reply.type('application/json').send(JSON.stringify(answer ?? {}));
  };
  app.post<{ Params: Params }>('/control/*', handle);
}

interface Asked {
  readonly params: Params;
  readonly headers: Headers;
  readonly body?: unknown;
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

function parsePath(path: string): { task: ControlTask; seconds: number } {
  const [task = '', seconds, ...more] = path.split('/');
  if (more.length > 0) throw new OchoError(`there is no /control/${path}`, { code: 'INVALID_INPUT' });
  return { task: parseTask(task), seconds: parseSeconds(seconds) };
}

function parseTask(task: string): ControlTask {
  const known = CONTROL_TASKS.find((name) => name === task);
  if (known !== undefined) return known;
  throw new OchoError(`there is no /control/${task}`, {
    code: 'INVALID_INPUT',
    hint: `Use one of ${CONTROL_TASKS.join(', ')}.`,
  });
}

function parseSeconds(text: string | undefined): number {
  if (text === undefined || text === '') return DEFAULT_CONTROL_SECONDS;
  const seconds = Number(text);
  if (/^\d+$/.test(text) && seconds >= 1 && seconds <= MAX_CONTROL_SECONDS) return seconds;
  throw new OchoError(`"${text}" are no seconds: use 1 to ${MAX_CONTROL_SECONDS}`, { code: 'INVALID_INPUT' });
}

function parseFence(header: string | string[] | undefined): { fence?: bigint } {
  if (header === undefined) return {};
  if (typeof header === 'string' && /^\d{1,30}$/.test(header)) return { fence: BigInt(header) };
  throw new OchoError(`${FENCE_HEADER} is no decimal number`, { code: 'INVALID_INPUT' });
}
