import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ClusterName } from 'ochopod-core';
import { registerPod } from 'ochopod-core/registry';
import type { Session } from 'ochopod-core/zookeeper';

const never = new AbortController().signal;

/** What a pod can answer that is none of ours, or a broken one. */
const LIES: Readonly<Record<string, (answer: ServerResponse) => void>> = {
  'says what no agent says': (answer) => void answer.end('{"__proto__":{"process":1},"state":{"toString":null}}'),
  'answers half of something': (answer) => {
    answer.writeHead(200, { 'content-length': '100' });
    answer.write('{"process":"run', () => answer.destroy());
  },
  'answers no end of it': (answer) => {
    const more = () => {
      while (answer.write('['.repeat(65_536)));
    };
    answer.on('drain', more);
    more();
  },
  'says that a newer leader is there, without one': (answer) => void answer.writeHead(409).end('{"code":"CONFLICT"}'),
  'fails with a status that nobody knows': (answer) => void answer.writeHead(599).end('x'.repeat(100_000)),
  'refuses everything': (answer) => void answer.writeHead(406).end('{}'),
  'never answers': () => {},
  'hangs up': (answer) => void answer.destroy(),
};

export const LYING = Object.keys(LIES);

/** A pod that is registered like any other, and answers everything with one of the lies. */
export async function startLiar(
  session: Session,
  { name, lie }: { readonly name: ClusterName; readonly lie: string },
): Promise<AsyncDisposable> {
  const server = createServer((_, answer) => LIES[lie]?.(answer.on('error', () => {})));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const fields = { ...name, ip: '127.0.0.1', port: '8080', ports: { 8080: port } };
  const { path } = await registerPod(session, { name, key: randomUUID(), fields, seq: undefined }, never);
  return {
    async [Symbol.asyncDispose]() {
      await session.remove(path, never);
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
