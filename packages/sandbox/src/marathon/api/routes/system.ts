import type { FastifyInstance } from 'fastify';

import type { ApiOptions } from '../deps.ts';

/** The Marathon whose behaviour this is. */
const VERSION = '1.11.24';

/** `/ping`, `/v2/info`, `/v2/leader`: what is asked of the server itself. */
export function addSystemRoutes(server: FastifyInstance, { agent, address }: ApiOptions): void {
  server.get('/ping', ({ headers }, reply) => {
    const isJson = headers.accept?.includes('application/json') === true;
    return isJson ? reply.type('application/json').send('"pong"') : reply.type('text/plain').send('pong');
  });

  server.get('/v2/leader', () => ({ leader: address() }));

  // There is no other one: it leads again at once.
  server.delete('/v2/leader', () => ({ message: 'Leadership abdicated' }));

  server.get('/v2/info', () => ({
    name: 'marathon',
    version: VERSION,
    buildref: 'ochopod-sandbox',
    elected: true,
    leader: address(),
    frameworkId: agent.slaveId.replace(/-S\d+$/, '-0000'),
    marathon_config: {
      framework_name: 'marathon',
      hostname: agent.host,
      local_port_min: 10_000,
      local_port_max: 20_000,
      ha: false,
      features: [],
    },
    zookeeper_config: { zk_max_versions: 50 },
    http_config: { http_port: Number(address().replace(/^.*:/, '')) },
  }));
}
