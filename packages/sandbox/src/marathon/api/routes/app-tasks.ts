import type { FastifyReply } from 'fastify';
import { OchoError } from 'ochopod-core';

import type { Instance } from '../../engine/instance.ts';
import { isListed, taskJson } from '../answers/task-json.ts';
import type { AppPath } from '../app-path.ts';
import { answerDeployment } from '../change-reply.ts';
import type { ApiOptions } from '../deps.ts';
import { unknownApp } from '../failures.ts';
import { first, isOn, type Query } from '../query.ts';
import { parseKill } from './kill-options.ts';

/** `/v2/apps/<id>/tasks` and `/v2/apps/<id>/tasks/<task>` */
export class AppTasks {
  readonly #options: ApiOptions;

  constructor(options: ApiOptions) {
    this.#options = options;
  }

  list({ id }: AppPath) {
    return { tasks: this.#listed(id).map((instance) => taskJson(instance, this.#options.agent)) };
  }

  kill(path: AppPath, query: Query, reply: FastifyReply) {
    return path.item === undefined ? this.#killAll(path.id, query, reply) : this.#killOne(path, query, reply);
  }

  #killAll(id: string, query: Query, reply: FastifyReply) {
    const { engine, agent } = this.#options;
    const { isScaling, ...options } = parseKill(query);
    const host = first(query, 'host') ?? '*';
    const isMeant = host === '*' || host === agent.host;
    const taskIds = this.#listed(id).flatMap(({ taskId }) => (isMeant ? [taskId] : []));
    if (isScaling) return answerDeployment(engine.killAndScale(taskIds, { force: isOn(query, 'force') }), reply);
    return { tasks: engine.kill(taskIds, options).map((instance) => taskJson(instance, agent)) };
  }

  #killOne({ id, item = '' }: AppPath, query: Query, reply: FastifyReply) {
    const { engine, agent } = this.#options;
    const { isScaling, ...options } = parseKill(query);
    const taskIds = this.#listed(id).flatMap(({ taskId }) => (taskId === item ? [taskId] : []));
    if (isScaling) return answerDeployment(engine.killAndScale(taskIds, { force: isOn(query, 'force') }), reply);
    const [killed] = engine.kill(taskIds, options);
    if (killed === undefined) throw new OchoError(`Task '${item}' does not exist`, { code: 'NOT_FOUND' });
    return { task: taskJson(killed, agent) };
  }

  #listed(id: string): readonly Instance[] {
    const { engine } = this.#options;
    if (engine.app(id) === undefined) throw unknownApp(id);
    return engine.instances(id).filter(isListed);
  }
}
