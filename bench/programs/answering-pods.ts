/** Control ports that answer `/info` as agents do, that are closed, and that never answer: as many as told. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

const [answering = 0, dead = 0, silent = 0] = process.argv.slice(2).map(Number);

const answer: RequestListener = (request, response) => {
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(INFO);
  });
};

const INFO = JSON.stringify({
  ...{ application: '', dependencies: ['backend'], ip: '127.0.0.1', metrics: { load: 0.5, requests: 17_042 } },
  ...{ node: 'node-17', port: '8080', ports: { 8080: 31_017, 80: 31_018 }, process: 'running', public: '' },
  ...{ state: 'follower', status: '', task: 'demo_web.8b1cf3a0' },
});

const ports = { answering: await many(answering, answer), dead: [] as number[], silent: await many(silent, () => {}) };
const closing = await Promise.all(Array.from({ length: dead }, () => listening(answer)));
ports.dead = closing.map(portOf);
for (const server of closing) server.close();
process.send?.(ports);
process.once('disconnect', () => process.exit());

async function many(count: number, listener: RequestListener): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listening(listener)));
  return servers.map(portOf);
}

function listening(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}
