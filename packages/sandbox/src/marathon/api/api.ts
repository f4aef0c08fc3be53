import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify';
import { OchoError } from 'ochopod-core';
import { BodyIntake, HTTP_OPTIONS, NO_SCHEMAS, watchConnections } from 'ochopod-core/http-server';

import type { ApiOptions } from './deps.ts';
import { fail, notAllowed } from './failures.ts';
import { refuseBrowsers } from './guard.ts';
import { readJson } from './read-json.ts';
import { addAppRoutes } from './routes/app.ts';
import { addAppsRoutes } from './routes/apps.ts';
import { addDeploymentsRoutes } from './routes/deployments.ts';
import { addEventsRoute } from './routes/events.ts';
import { addGroupsRoutes } from './routes/groups.ts';
import { addQueueRoutes } from './routes/queue.ts';
import { addSystemRoutes } from './routes/system.ts';
import { addTasksRoutes } from './routes/tasks.ts';

const BODY_LIMIT = 1024 * 1024;

/** All bodies that are on their way. */
const BODIES_LIMIT = 16 * BODY_LIMIT;

/** Build the server of Marathon's HTTP API. It does not listen: the scheduler does, tests call `inject`. */
export function buildApi(options: ApiOptions): FastifyInstance {
  const server = Fastify({
    logger: false,
    http: HTTP_OPTIONS,
    requestTimeout: HTTP_OPTIONS.requestTimeout,
    schemaController: NO_SCHEMAS,
    forceCloseConnections: true,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 1000 },
    frameworkErrors: (error, _request, reply) => fail(error, reply),
  });
  const { clock, connections } = options;
  // Most of the time everybody who asks is on this machine.
  watchConnections(server.server, { clock, connections, connectionsPerAddress: connections });
  server.addHook('onRequest', async (request, reply) => {
    reply.headers({ ...HEADERS, 'X-Marathon-Leader': `http://${options.address()}` });
    refuseBrowsers(request, options.host);
  });
  takeJsonOnly(server);
  answerFailures(server);

  addAppsRoutes(server, options);
  addAppRoutes(server, options);
  addTasksRoutes(server, options);
  addDeploymentsRoutes(server, options);
  addQueueRoutes(server, options);
  addGroupsRoutes(server, options);
  addSystemRoutes(server, options);
  addEventsRoute(server, options);
  return server;
}

const HEADERS = {
  'Cache-Control': 'no-cache, no-store, must-revalidate',
  Pragma: 'no-cache',
  Expires: '0',
  'X-Frame-Options': 'DENY',
  'X-XSS-Protection': '1; mode=block',
};

function takeJsonOnly(server: FastifyInstance): void {
  const intake = new BodyIntake(BODIES_LIMIT);
  server.removeAllContentTypeParsers();
  server.addContentTypeParser('application/json', async ({ raw }: FastifyRequest) => {
    const bytes = await intake.receive(raw, BODY_LIMIT);
    return readJson(bytes.toString('utf8'));
  });
}

/** Must come before the routes: it looks at each of them. */
function answerFailures(server: FastifyInstance): void {
  const paths: RegExp[] = [];
  server.addHook('onRoute', ({ url }) => {
    paths.push(new RegExp(`^${url.replace(/:\w+/g, '[^/]+').replace('*', '.*')}/?$`));
  });
  server.setErrorHandler<Error>((error, _request, reply) => fail(error, reply));
  server.setNotFoundHandler(({ url }, reply) => {
    const path = url.split('?')[0] ?? url;
    const isThere = paths.some((pattern) => pattern.test(path));
    return fail(isThere ? notAllowed() : new OchoError(`URI not found: ${path}`, { code: 'NOT_FOUND' }), reply);
  });
}
