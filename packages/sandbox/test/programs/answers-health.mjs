// A server that says whether it is healthy: status 200, or what HEALTH says.
import { createServer } from 'node:http';
import process from 'node:process';

createServer((_request, response) => {
  response.writeHead(Number(process.env['HEALTH'] ?? 200)).end();
}).listen(Number(process.env['PORT0']), process.env['HOST']);
