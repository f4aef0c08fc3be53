import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { HTTP_STATUS, isOchoError, OchoError } from 'ochopod-core';
import {
  BodyIntake,
  HTTP_OPTIONS,
  NO_SCHEMAS,
  refuseForeignHost,
  refuseOrigin,
  watchConnections,
} from 'ochopod-core/http-server';

import type { Log } from '../logging.ts';
import { bodyLimit } from './body-limit.ts';
import { type ControlServerDeps, type ControlServerLimits, DEFAULT_LIMITS } from './deps.ts';
import { addControlRoute } from './routes/control.ts';
import { addExecRoute } from './routes/exec.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addInfoRoutes } from './routes/info.ts';
import { addMetricsRoute } from './routes/metrics.ts';
import { addResetRoute } from './routes/reset.ts';

/** Build the pod's control server. It does not listen: `agent.ts` does, tests call `inject`. */
export function buildControlServer(deps: ControlServerDeps): FastifyInstance {
  const limits = { ...DEFAULT_LIMITS, ...deps.limits };
  const app = Fastify({
    logger: false,
    http: HTTP_OPTIONS,
    requestTimeout: HTTP_OPTIONS.requestTimeout,
    schemaController: NO_SCHEMAS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Old leaders close their connections; ours must not keep the agent from ending.
    forceCloseConnections: true,
    frameworkErrors: (error, _request, reply) => fail(error, reply, deps.log),
  });
  watchConnections(app.server, { ...limits, clock: deps.clock });
  refuseBrowsers(app, deps.isOurName);
  acceptAnyType(app, limits);
  answerFailures(app, deps.log);

  addInfoRoutes(app, deps);
  addControlRoute(app, deps);
  addResetRoute(app, deps);
  addExecRoute(app, deps, limits);
  addHealthRoutes(app, deps);
  addMetricsRoute(app, deps);
  return app;
}

/** Longer than a leader's round; whoever comes later connects again. */
const KEEP_ALIVE_MS = 30_000;

function refuseBrowsers(app: FastifyInstance, isOurName: (name: string) => boolean): void {
  app.addHook('onRequest', async ({ headers: { origin, host } }) => {
    refuseOrigin(origin);
    refuseForeignHost(host, isOurName, 'Use its address, or name it in ochopod_hosts');
  });
}

/** Old leaders send JSON and do not say so: what a body claims to be is not looked at. */
function acceptAnyType(app: FastifyInstance, limits: ControlServerLimits): void {
  const intake = new BodyIntake(limits.viewBytes);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', ({ raw, url }: FastifyRequest) => intake.receive(raw, bodyLimit(url, limits)));
  app.addHook('onRequest', async ({ raw, routeOptions }) => {
    if (routeOptions.url !== '/exec') raw.headers['content-type'] = 'application/json';
  });
}

function answerFailures(app: FastifyInstance, log: Log): void {
  app.setErrorHandler<FastifyError>((error, _request, reply) => fail(error, reply, log));
  app.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?')[0] as string;
    const allowed = METHODS.filter(
      (method) => method !== request.method && app.findRoute({ method, url: path }) !== null,
    );
    if (allowed.length === 0)
      return fail(new OchoError(`there is nothing at ${path}`, { code: 'NOT_FOUND' }), reply, log);
    const message = `${path} takes ${allowed.join(', ')} only`;
    return reply.status(405).header('allow', allowed.join(', ')).send({ code: 'INVALID_INPUT', message });
  });
}

const METHODS = ['GET', 'POST'] as const;

async function fail(error: Error, reply: FastifyReply, log: Log): Promise<FastifyReply> {
  if (isOchoError(error)) {
    const { code, message, details } = error;
    const { stdout } = details; // of a tool that had to end early
    return reply.status(HTTP_STATUS[code]).send({ code, message, ...(stdout !== undefined && { stdout }) });
  }
  const status = (error as Partial<FastifyError>).statusCode;
  if (status === 413) return reply.status(413).send({ code: 'TOO_LARGE', message: 'the body is too large' });
  if (status !== undefined && status >= 400 && status < 500) {
    return reply.status(status).send({ code: 'INVALID_INPUT', message: error.message });
  }
  log.error({ err: error }, 'request failed unexpectedly');
  return reply.status(500).send({ code: 'UNEXPECTED', message: 'unexpected failure, see the log of the pod' });
}
