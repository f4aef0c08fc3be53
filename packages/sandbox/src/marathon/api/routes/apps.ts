import type { FastifyInstance } from 'fastify';
import { OchoError } from 'ochopod-core';

import type { App, AppDraft } from '../../app/app.ts';
import { type AppUpdate, parseApp, parseAppUpdate } from '../../app/parse-app.ts';
import { invalidJson } from '../../app/violations.ts';
import type { Engine } from '../../engine/engine.ts';
import { appJson, embedsOf, NO_TASKS } from '../answers/app-json.ts';
import { answerDeployment, tellChange } from '../change-reply.ts';
import type { ApiOptions } from '../deps.ts';
import { all, first, isOn, type Query } from '../query.ts';
import { requireBody } from '../read-json.ts';
import { parseSelectors } from '../selectors.ts';
import { definitionOf } from './definition.ts';

/** `/v2/apps`: all of them. */
export function addAppsRoutes(server: FastifyInstance, options: ApiOptions): void {
  const { engine, events } = options;

  server.get<{ Querystring: Query }>('/v2/apps', ({ query }) => {
    const embeds = [...new Set(['counts', 'deployments', ...embedsOf(all(query, 'embed'))] as const)];
    return { apps: matching(engine.apps(), query).map((app) => appJson(app, { ...options, embeds })) };
  });

  server.post<{ Querystring: Query }>('/v2/apps', (request, reply) => {
    const draft = parseApp(requireBody(request.body), { apps: engine.apps() });
    if (engine.app(draft.id) !== undefined) {
      throw new OchoError(`An app with id [${draft.id}] already exists.`, { code: 'CONFLICT' });
    }
    const deployment = engine.update([draft], { force: isOn(request.query, 'force') });
    const app = engine.app(draft.id) ?? draft;
    tellChange(request, events, app);
    answerDeployment(deployment, reply.status(201).header('Location', draft.id));
    return { ...app, ...NO_TASKS, deployments: [{ id: deployment.id }] };
  });

  server.put<{ Querystring: Query }>('/v2/apps', (request, reply) => {
    const { query } = request;
    const body = requireBody(request.body);
    if (!Array.isArray(body)) throw invalidJson([{ path: '/', error: 'error.expected.jsarray' }]);
    const isPartial = isOn(query, 'partialUpdate', true);
    const drafts = draftsOf(body, isPartial, engine);
    const deployment = engine.update(drafts, { force: isOn(query, 'force') });
    for (const { id } of drafts) tellChange(request, events, engine.app(id) ?? { id });
    return answerDeployment(deployment, reply);
  });
}

/** Each is seen against those before it: they must not be given the same ports. */
function draftsOf(bodies: readonly unknown[], isPartial: boolean, engine: Engine): readonly AppDraft[] {
  const drafts: AppDraft[] = [];
  for (const body of bodies) {
    const ids = drafts.map(({ id }) => id);
    const apps = [...engine.apps().filter(({ id }) => !ids.includes(id)), ...drafts];
    const update: AppUpdate = isPartial ? parseAppUpdate(body, { apps }) : { draft: parseApp(body, { apps }) };
    drafts.push(definitionOf(update, engine));
  }
  return drafts;
}

/** Those whose id and command have these words in them, in whatever case, and whose labels are those. */
function matching(apps: readonly App[], query: Query): readonly App[] {
  const id = first(query, 'id')?.toLowerCase() ?? '';
  const cmd = first(query, 'cmd')?.toLowerCase();
  const selects = parseSelectors(first(query, 'label') ?? '');
  return apps.filter(
    (app) =>
      app.id.toLowerCase().includes(id) &&
      (cmd === undefined || app.cmd?.toLowerCase().includes(cmd) === true) &&
      selects(app.labels),
  );
}
