import type { FastifyInstance } from 'fastify';
import { OchoError } from 'ochopod-core';

import { parseAppPath } from '../app-path.ts';
import type { ApiOptions } from '../deps.ts';

/** There are no offers here: this machine takes what it is given. */
const OFFERS = {
  processedOffersCount: 0,
  unusedOffersCount: 0,
  rejectSummaryLastOffers: [],
  rejectSummaryLaunchAttempt: [],
};

/** `/v2/queue`: tasks that wait to be launched. */
export function addQueueRoutes(server: FastifyInstance, { engine }: ApiOptions): void {
  server.get('/v2/queue', () => ({
    queue: engine.queue().map(({ app, count, delaySeconds, since }) => ({
      app,
      count,
      delay: { timeLeftSeconds: Math.ceil(delaySeconds), overdue: delaySeconds <= 0 },
      since,
      processedOffersSummary: OFFERS,
    })),
  }));

  server.delete<{ Params: { '*': string } }>('/v2/queue/*', ({ params }, reply) => {
    const { id } = parseAppPath(params['*'].replace(/\/+delay\/*$/, ''));
    if (!params['*'].endsWith('/delay') || !engine.resetDelay(id)) {
      throw new OchoError(`Application ${id} not found in tasks queue.`, { code: 'NOT_FOUND' });
    }
    return reply.status(204).send();
  });
}
