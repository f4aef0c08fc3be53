import type { FastifyReply, FastifyRequest } from 'fastify';

import type { Deployment } from '../engine/deployment.ts';
import { deploymentResult } from './answers/deployment-json.ts';
import type { ApiOptions } from './deps.ts';

/** Answer the deployment that a change began. */
export function answerDeployment(deployment: Deployment, reply: FastifyReply) {
  reply.header('Marathon-Deployment-Id', deployment.id);
  return deploymentResult(deployment);
}

/** Tell those who listen that somebody changed something through the API. */
export function tellChange(request: FastifyRequest, events: ApiOptions['events'], appDefinition: object): void {
  const { ip, url } = request;
  events.tell('api_post_event', { clientIp: ip, uri: url.split('?')[0], appDefinition });
}
