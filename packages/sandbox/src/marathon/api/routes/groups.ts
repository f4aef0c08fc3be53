import type { FastifyInstance } from 'fastify';
import { OchoError } from 'ochopod-core';

import type { App } from '../../app/app.ts';
import { absoluteId, parentOf } from '../../app/ids.ts';
import { isIn } from '../app-path.ts';
import type { ApiOptions } from '../deps.ts';
import { notAllowed } from '../failures.ts';

/** `/v2/groups`: what the ids of applications imply. Groups have no life of their own here. */
export function addGroupsRoutes(server: FastifyInstance, { engine }: ApiOptions): void {
  const show = (id: string) => {
    const apps = engine.apps();
    if (id !== '/' && !apps.some((app) => isIn(id, app.id))) {
      throw new OchoError(`Group '${id}' does not exist`, { code: 'NOT_FOUND' });
    }
    return groupJson(id, apps);
  };
  server.get('/v2/groups', () => show('/'));
  server.get<{ Params: { '*': string } }>('/v2/groups/*', ({ params }) => show(absoluteId(params['*'])));
  for (const url of ['/v2/groups', '/v2/groups/*']) {
    server.route({
      method: ['POST', 'PUT', 'DELETE'],
      url,
      handler: () => {
        throw notAllowed('groups cannot be changed here: they are made by the ids of applications, see /v2/apps');
      },
    });
  }
}

interface GroupJson {
  readonly id: string;
  readonly apps: readonly App[];
  readonly groups: readonly GroupJson[];
  readonly pods: readonly never[];
  readonly dependencies: readonly string[];
  readonly version: string;
}

/** Of nothing at all. */
const NO_VERSION = '1970-01-01T00:00:00.000Z';

function groupJson(id: string, all: readonly App[]): GroupJson {
  const inside = all.filter((app) => isIn(id, app.id));
  const prefix = id === '/' ? '/' : `${id}/`;
  const below = inside.filter((app) => parentOf(app.id) !== id);
  const groups = new Set(below.map((app) => prefix + app.id.slice(prefix.length).split('/')[0]));
  return {
    id,
    apps: inside.filter((app) => parentOf(app.id) === id),
    groups: [...groups].map((group) => groupJson(group, inside)),
    pods: [],
    dependencies: [],
    version:
      inside
        .map(({ version }) => version)
        .sort()
        .at(-1) ?? NO_VERSION,
  };
}
