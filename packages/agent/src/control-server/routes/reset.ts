import type { FastifyInstance } from 'fastify';
import { DEFAULT_CONTROL_SECONDS, OchoError, withDeadline } from 'ochopod-core';

import type { ControlServerDeps } from '../deps.ts';

/** `POST /reset`: drop the ZooKeeper session and begin anew; the sub-process is left alone. */
export function addResetRoute(app: FastifyInstance, { coordination, clock, closing }: ControlServerDeps): void {
  app.post('/reset', async () => {
    const current = coordination();
    if (current === undefined) throw new OchoError('the pod is still starting', { code: 'UNREACHABLE' });
    const ms = DEFAULT_CONTROL_SECONDS * 1000;
    await withDeadline({ clock, ms, what: '/reset', parent: closing }, (signal) => current.reset(signal));
    return {};
  });
}
