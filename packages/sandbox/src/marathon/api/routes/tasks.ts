import type { FastifyInstance } from 'fastify';
import { OchoError } from 'ochopod-core';
import * as v from 'valibot';

import { invalidJson } from '../../app/violations.ts';
import type { Engine } from '../../engine/engine.ts';
import type { Condition } from '../../engine/instance.ts';
import { isListed, taskJson } from '../answers/task-json.ts';
import { answerDeployment } from '../change-reply.ts';
import type { ApiOptions } from '../deps.ts';
import { all, isOn, type Query } from '../query.ts';
import { requireBody } from '../read-json.ts';
import { appOfTask } from '../task-ids.ts';
import { parseKill } from './kill-options.ts';

const STATUSES: Readonly<Record<string, readonly Condition[]>> = {
  running: ['Running'],
  staging: ['Staging', 'Starting'],
};

/** `/v2/tasks`: those of every application. */
export function addTasksRoutes(server: FastifyInstance, { engine, agent }: ApiOptions): void {
  server.get<{ Querystring: Query }>('/v2/tasks', ({ query }) => {
    const wanted = all(query, 'status').flatMap((status) => STATUSES[status.toLowerCase()] ?? []);
    const listed = engine.instances().filter(isListed);
    const tasks = listed.filter(({ condition }) => wanted.length === 0 || wanted.includes(condition));
    return { tasks: tasks.map((instance) => taskJson(instance, agent)) };
  });

  server.post<{ Querystring: Query }>('/v2/tasks/delete', ({ body, query }, reply) => {
    const { isScaling, ...options } = parseKill(query);
    const taskIds = idsOf(requireBody(body));
    const apps = new Set(taskIds.map(appOfTask));
    if (!isScaling) return { tasks: engine.kill(taskIds, options).map((instance) => taskJson(instance, agent)) };
    requireAll([...apps], engine);
    return answerDeployment(engine.killAndScale(taskIds, { force: isOn(query, 'force') }), reply);
  });
}

const Ids = v.object({ ids: v.array(v.string()) });

function idsOf(body: unknown): readonly string[] {
  const { success, output, issues } = v.safeParse(Ids, body);
  if (success) return output.ids;
  const { input } = issues[0];
  throw invalidJson([{ path: '/ids', error: input === undefined ? 'error.path.missing' : 'error.expected.jsarray' }]);
}

function requireAll(appIds: readonly string[], engine: Engine): void {
  const unknown = appIds.find((id) => engine.app(id) === undefined);
  if (unknown !== undefined) throw new OchoError(`Path '${unknown}' does not exist`, { code: 'NOT_FOUND' });
}
