import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import type { App } from '../../app/app.ts';
import { type AppUpdate, parseApp, parseAppUpdate } from '../../app/parse-app.ts';
import type { Deployment } from '../../engine/deployment.ts';
import { appJson, type Embed, embedsOf } from '../answers/app-json.ts';
import { type AppPath, groupOf, isIn, parseAppPath } from '../app-path.ts';
import { answerDeployment, tellChange } from '../change-reply.ts';
import type { ApiOptions } from '../deps.ts';
import { notAllowed, unknownApp } from '../failures.ts';
import { all, isOn, type Query } from '../query.ts';
import { requireBody } from '../read-json.ts';
import { parseVersion } from '../version.ts';
import { AppTasks } from './app-tasks.ts';
import { definitionOf } from './definition.ts';

interface Route {
  readonly Querystring: Query;
  readonly Params: { readonly '*': string };
}

type Request = FastifyRequest<Route>;

const ALWAYS: readonly Embed[] = ['tasks', 'counts', 'deployments', 'lastTaskFailure'];

/** `/v2/apps/<id>` and what is below: an id has slashes, so the path is taken apart here. */
export function addAppRoutes(server: FastifyInstance, options: ApiOptions): void {
  const app = new AppRoutes(options);
  const tasks = new AppTasks(options);
  type Handler = (path: AppPath, request: Request, reply: FastifyReply) => unknown;
  type Handlers = Readonly<Partial<Record<AppPath['part'], Handler>>>;
  const byPart = (handlers: Handlers) => (request: Request, reply: FastifyReply) => {
    const path = parseAppPath(request.params['*']);
    const handler = handlers[path.part];
    if (handler === undefined) throw notAllowed();
    return handler(path, request, reply);
  };
  server.get<Route>(
    '/v2/apps/*',
    byPart({
      app: (path, request) => app.show(path, request),
      tasks: (path) => tasks.list(path),
      versions: (path) => app.versions(path),
    }),
  );
  server.put<Route>('/v2/apps/*', byPart({ app: (path, request, reply) => app.put(path, request, reply) }));
  server.patch<Route>('/v2/apps/*', byPart({ app: (path, request, reply) => app.patch(path, request, reply) }));
  server.post<Route>('/v2/apps/*', byPart({ restart: (path, request, reply) => app.restart(path, request, reply) }));
  server.delete<Route>(
    '/v2/apps/*',
    byPart({
      app: (path, request, reply) => app.remove(path, request, reply),
      tasks: (path, { query }, reply) => tasks.kill(path, query, reply),
    }),
  );
}

class AppRoutes {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  show({ id }: AppPath, { params, query }: Request) {
    const { engine } = this.#options;
    const embeds = [...new Set([...ALWAYS, ...embedsOf(all(query, 'embed'))])];
    const group = groupOf(params['*']);
    const json = (app: App) => appJson(app, { ...this.#options, embeds });
    if (group === undefined) return { app: json(this.#known(id)) };
    return {
      '*': engine
        .apps()
        .filter((app) => isIn(group, app.id))
        .map(json),
    };
  }

  versions({ id, item }: AppPath) {
    const { engine } = this.#options;
    this.#known(id);
    if (item === undefined) return { versions: engine.versions(id) };
    const app = engine.version(id, parseVersion(item));
    if (app === undefined) throw unknownApp(id, item);
    return app;
  }

  put({ id }: AppPath, request: Request, reply: FastifyReply) {
    const { engine } = this.#options;
    const isPartial = isOn(request.query, 'partialUpdate', true);
    const surroundings = { apps: engine.apps(), id };
    const isNew = engine.app(id) === undefined;
    const update = isPartial
      ? parseAppUpdate(requireBody(request.body), surroundings)
      : { draft: parseApp(requireBody(request.body), surroundings) };
    const deployment = this.#apply(update, request);
    if (isNew) reply.status(201).header('Location', id);
    return answerDeployment(deployment, reply);
  }

  patch({ id }: AppPath, request: Request, reply: FastifyReply) {
    this.#known(id);
    const update = parseAppUpdate(requireBody(request.body), { apps: this.#options.engine.apps(), id });
    return answerDeployment(this.#apply(update, request), reply);
  }

  remove({ id }: AppPath, request: Request, reply: FastifyReply) {
    this.#known(id);
    const deployment = this.#options.engine.delete(id, { force: isOn(request.query, 'force', true) });
    tellChange(request, this.#options.events, { id });
    return answerDeployment(deployment, reply);
  }

  restart({ id }: AppPath, { query }: Request, reply: FastifyReply) {
    this.#known(id);
    return answerDeployment(this.#options.engine.restart(id, { force: isOn(query, 'force') }), reply);
  }

  #apply(update: AppUpdate, request: Request): Deployment {
    const { engine, events } = this.#options;
    const draft = definitionOf(update, engine);
    const deployment = engine.update([draft], { force: isOn(request.query, 'force') });
    tellChange(request, events, engine.app(draft.id) ?? draft);
    return deployment;
  }

  #known(id: string): App {
    const app = this.#options.engine.app(id);
    if (app === undefined) throw unknownApp(id);
    return app;
  }
}
