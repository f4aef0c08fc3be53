import type { FastifyInstance } from 'fastify';
import { LOG_CURSOR_HEADER, LOG_MISSED_HEADER, OchoError, type PodInfo } from 'ochopod-core';

import type { ControlServerDeps } from '../deps.ts';
import { type LogQuery, logPage } from '../log-page.ts';

/** `POST /info` and `POST /log`: what the pod is, and what it has said. */
export function addInfoRoutes(app: FastifyInstance, deps: ControlServerDeps): void {
  const digestOf = rememberingLast(deps.digest);
  app.post('/info', async () => describe(deps, digestOf));
  app.post<{ Querystring: Readonly<Record<string, unknown>> }>('/log', async ({ query }, reply) => {
    const { body, cursor, missed } = logPage(deps, parseQuery(query));
    reply.type('application/json').header(LOG_CURSOR_HEADER, cursor);
    if (missed > 0) reply.header(LOG_MISSED_HEADER, missed);
    return reply.send(body);
  });
}

function parseQuery({ lines, from }: Readonly<Record<string, unknown>>): LogQuery {
  if (from !== undefined) return { from: String(from) };
  if (lines === undefined) return {};
  if (typeof lines === 'string' && /^\d{1,9}$/.test(lines)) return { lines: Number(lines) };
  throw new OchoError('lines is no number', { code: 'INVALID_INPUT' });
}

/** Exactly these fields: a registration may hold more, and not everything is for everybody. */
function describe(deps: ControlServerDeps, digestOf: ControlServerDeps['digest']): PodInfo {
  const { pod, coordination, registration, dependencies } = deps;
  const { application, ip, node, port, ports, public: address, task } = registration();
  const { state = 'follower', status = '' } = coordination() ?? {};
  const { metrics, process, view } = pod;
  return {
    application,
    dependencies,
    ip,
    metrics,
    node,
    port,
    ports,
    process,
    public: address,
    state,
    status,
    task,
    agent: deps.version,
    ...(view !== undefined && { configured: digestOf(view) }),
    ...pod.facts,
  };
}

/** A view can be large, and is asked after far more often than it changes. */
function rememberingLast(digest: ControlServerDeps['digest']): ControlServerDeps['digest'] {
  let last: { readonly of: object; readonly is: string } | undefined;
  return (view) => {
    if (last?.of !== view) last = { of: view, is: digest(view) };
    return last.is;
  };
}
