import type { FastifyInstance } from 'fastify';
import { LOG_CURSOR_HEADER, LOG_MISSED_HEADER, OchoError, type PodInfo } from 'ochopod-core';

import type { ControlServerDeps } from '../deps.ts';
import { type LogQuery, logPage } from '../log-page.ts';

/** `POST /info` and `POST /log`: what the pod is, and what it has said. */
export function addInfoRoutes(app: FastifyInstance, deps: ControlServerDeps): void {
  app.post('/info', async () => describe(deps));
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
function describe({ pod, coordination, registration, dependencies }: ControlServerDeps): PodInfo {
  const { application, ip, node, port, ports, public: address, task } = registration();
  const { state = 'follower', status = '' } = coordination() ?? {};
  const { metrics, process } = pod;
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
  };
}
