import { once } from 'node:events';
import { createServer } from 'node:net';

/** @returns {Promise<number>} */
export async function freePort() {
  const [port = 0] = await freePorts(1);
  return port;
}

/**
 * @param {number} count
 * @returns {Promise<number[]>} each another one
 */
export async function freePorts(count) {
  const listening = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(listening.map((server) => once(server, 'listening')));
  return listening.map((server) => {
    const address = server.address();
    server.close();
    if (address === null || typeof address === 'string') throw new Error('no port to listen on');
    return address.port;
  });
}
