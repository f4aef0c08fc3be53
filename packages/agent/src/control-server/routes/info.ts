import type { FastifyInstance } from 'fastify';
import type { PodInfo } from 'ochopod-core';

import type { ControlServerDeps } from '../deps.ts';

/** `POST /info` and `POST /log`: what the pod is, and what it has said. */
export function addInfoRoutes(app: FastifyInstance, deps: ControlServerDeps): void {
  app.post('/info', async () => describe(deps));
  app.post('/log', async () => deps.ring.lines());
}

/** Exactly these fields: a registration may hold more, and not everything is for everybody. */
function describe({ pod, coordination, registration, dependencies }: ControlServerDeps): PodInfo {
  const { application, ip, node, port, ports, public: address, task } = registration();
  const { state = 'follower', status = '' } = coordination() ?? {};
  const { metrics, process } = pod;
  return {
    application,
    dependencies,
    ip,
    metrics,
    node,
    port,
    ports,
    process,
    public: address,
    state,
    status,
    task,
  };
}
