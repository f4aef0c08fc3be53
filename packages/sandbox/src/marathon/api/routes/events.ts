import type { FastifyInstance } from 'fastify';

import { streamEvents } from '../../events/event-stream.ts';
import type { ApiOptions } from '../deps.ts';
import { all, type Query } from '../query.ts';

/** What Jetty answers to whoever does not ask for events in exactly these words. */
const NOT_ALLOWED =
  '<html>\n<head>\n<title>Error 405 HTTP method GET is not supported by this URL</title>\n</head>\n' +
  '<body><h2>HTTP ERROR 405</h2>\n<p>Send the header Accept: text/event-stream, and nothing else in it.</p>\n</body>\n</html>\n';

/** `/v2/events`: everything that happens, as it happens. */
export function addEventsRoute(server: FastifyInstance, { events, clock }: ApiOptions): void {
  const streams = new Set<() => void>();

  server.get<{ Querystring: Query }>('/v2/events', { exposeHeadRoute: false }, ({ headers, query, raw }, reply) => {
    if (headers.accept !== 'text/event-stream') {
      return reply.status(405).type('text/html; charset=iso-8859-1').send(NOT_ALLOWED);
    }
    reply.hijack();
    for (const [name, value] of Object.entries(reply.getHeaders()))
      if (value !== undefined) reply.raw.setHeader(name, value);
    const { remoteAddress, remotePort } = raw.socket;
    const end = streamEvents(reply.raw, {
      events,
      clock,
      types: all(query, 'event_type'),
      remoteAddress: `${remoteAddress}:${remotePort}`,
    });
    streams.add(end);
    reply.raw.once('close', () => streams.delete(end));
    return reply;
  });

  server.addHook('preClose', async () => {
    for (const end of streams) end();
  });
}
