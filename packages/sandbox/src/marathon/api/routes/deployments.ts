import type { FastifyInstance } from 'fastify';
import { OchoError } from 'ochopod-core';

import { deploymentJson } from '../answers/deployment-json.ts';
import { answerDeployment } from '../change-reply.ts';
import type { ApiOptions } from '../deps.ts';
import { isOn, type Query } from '../query.ts';

/** `/v2/deployments`: changes under way. */
export function addDeploymentsRoutes(server: FastifyInstance, { engine }: ApiOptions): void {
  server.get('/v2/deployments', () => engine.deployments().map((deployment) => deploymentJson(deployment, engine)));

  server.delete<{ Params: { id: string }; Querystring: Query }>('/v2/deployments/:id', ({ params, query }, reply) => {
    const { id } = params;
    if (!engine.deployments().some((deployment) => deployment.id === id)) {
      throw new OchoError(`DeploymentPlan ${id} does not exist`, { code: 'NOT_FOUND' });
    }
    const reverting = engine.cancel(id, { force: isOn(query, 'force') });
    return reverting === undefined ? reply.status(202).send() : answerDeployment(reverting, reply);
  });
}
