/** What `dependent.js` runs: answers every request with the servers in `ZOOKEEPER` and how they are. */
import { createServer } from 'node:http';
import process from 'node:process';

import { ask } from './ask.js';

const { ZOOKEEPER = '', LISTEN, ochopod = '{}' } = process.env;
const servers = ZOOKEEPER.split(',').map((server) => {
  const [host = '', port] = server.split(':');
  return { host, port: Number(port) };
});
const { network, ip } = JSON.parse(ochopod);

createServer(async (_request, response) => {
  const answers = await Promise.all(servers.map((server) => ask(server, AbortSignal.timeout(5000))));
  const modes = answers.map(({ mode }, index) => [`${servers[index]?.host}:${servers[index]?.port}`, mode]);
  response.setHeader('content-type', 'application/json');
  response.end(`${JSON.stringify(Object.fromEntries(modes))}\n`);
}).listen({ port: Number(LISTEN), ...(network === 'host' && { host: ip }) });
