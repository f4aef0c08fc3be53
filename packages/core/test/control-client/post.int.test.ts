import http from 'node:http';
import type { AddressInfo } from 'node:net';
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
