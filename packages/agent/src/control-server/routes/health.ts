import type { FastifyInstance } from 'fastify';

import type { ControlServerDeps } from '../deps.ts';

/** `GET /healthz`: the agent is there. `GET /readyz`: its pod takes part in the cluster. */
export function addHealthRoutes(app: FastifyInstance, deps: ControlServerDeps): void {
  app.get('/healthz', async () => ({}));
  app.get('/readyz', async (_request, reply) => {
    const reason = whyNotReady(deps);
    return reason === undefined ? {} : reply.status(503).send({ code: 'UNREACHABLE', message: reason });
  });
}

function whyNotReady({ pod, coordination }: ControlServerDeps): string | undefined {
  if (pod.dead.aborted) return 'the pod is dead';
  if (coordination()?.registered !== true) return 'the pod is not registered in ZooKeeper';
  const { trouble } = pod.facts;
  return pod.configured ? trouble : (trouble ?? 'the pod is not configured');
}
