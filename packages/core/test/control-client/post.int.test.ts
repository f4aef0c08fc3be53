import http from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { ByteBudget } from '../../src/control-client/byte-budget.ts';
import { post } from '../../src/control-client/post.ts';

const never = new AbortController().signal;
let server: http.Server;
const agent = new http.Agent({ keepAlive: true });

beforeEach(async () => {
  server = http.createServer((request, response) => response.end('x'.repeat(request.url === '/long' ? 50_000 : 10)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  agent.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

test('a long answer waits for its room, a short one does not, and the room is given back', async () => {
  const budget = new ByteBudget(100_000);
  const giveBack = await budget.take(60_000, never);
  let isRead = false;
  const { port } = server.address() as AddressInfo;
  const ask = (path: string) =>
    post({ agent, budget, host: '127.0.0.1', port, who: 'demo.web #3' }, { path, limit: 64_000 }, never);
  const long = ask('/long').then(() => (isRead = true));
  for (let asked = 0; asked < 20; asked += 1) await ask('/short');
  expect(isRead).toBe(false);

  giveBack();
  await long;

  await budget.take(100_000, never);
});

test.each(['100 Continue', '102 Processing', '103 Early Hints'])(
  'hangs up on who answers %s for ever',
  async (interim) => {
    const piece = `HTTP/1.1 ${interim}\r\n\r\n`.repeat(100);
    const flood = createServer((socket) => {
      const more = () => void (socket.writable && socket.write(piece, more));
      socket.on('error', () => {}).once('data', more);
    });
    await new Promise<void>((resolve) => flood.listen(0, '127.0.0.1', resolve));
    const { port } = flood.address() as AddressInfo;
    const target = { agent, budget: new ByteBudget(1000), host: '127.0.0.1', port, who: 'demo.web #3' };

    await expect(post(target, { path: '/info', limit: 1000 }, never)).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringMatching(/^demo\.web #3: it sends one interim answer after the other/),
    });
    await new Promise((resolve) => flood.close(resolve));
  },
);

test('minds no early hints', async () => {
  server.removeAllListeners('request').on('request', (_request, response: http.ServerResponse) => {
    for (let hint = 0; hint < 3; hint += 1) response.writeEarlyHints({ link: '</a>; rel=preload' });
    response.end('done');
  });
  const { port } = server.address() as AddressInfo;
  const target = { agent, budget: new ByteBudget(1000), host: '127.0.0.1', port, who: 'demo.web #3' };

  expect(await post(target, { path: '/info', limit: 1000 }, never)).toMatchObject({ status: 200, body: 'done' });
});
