/**
 * Pods that are a registration and a control port, and nothing behind it: as many as told in one process, with one
 * session for all. They read every byte that they are sent and answer at once.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';
import { parseClusterName } from 'ochopod-core';
import { registerPod } from 'ochopod-core/registry';

import { Observer } from '../lab/observer.ts';

interface Follower {
  readonly key: string;
  readonly server: Server;
  path: string;
}

export type Counts = typeof counts;

const [zk = '', cluster = ''] = process.argv.slice(2);
const name = parseClusterName(cluster);
const never = new AbortController().signal;
const { session } = await Observer.connect(zk);
const followers: Follower[] = [];
const counts = { check: 0, on: 0, ok: 0, megabytes: 0, strange: 0 };

process.on('message', async ({ join = 0, leave = 0 }: { join?: number; leave?: number }) => {
  const joining = await Promise.all(Array.from({ length: join }, listen));
  await Promise.all(joining.map(register));
  followers.push(...joining);
  await Promise.all(followers.splice(0, leave).map(end));
  process.send?.(counts);
});
process.once('disconnect', () => process.exit());
process.send?.(counts);

async function listen(): Promise<Follower> {
  const key = randomUUID();
  const server = createServer((request, response) => {
    void take(key, request).then(() => {
      response.setHeader('content-type', 'application/json; charset=utf-8');
      response.end('{}');
    });
  });
  server.keepAliveTimeout = 72_000; // as long as agents do
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { key, server, path: '' };
}

async function register(follower: Follower): Promise<void> {
  const { port } = follower.server.address() as AddressInfo;
  const fields = {
    ...{ application: `bench-${cluster}`, task: `${cluster}.${follower.key}`, cluster: name.cluster },
    ...{ namespace: name.namespace, fwk: 'marathon', node: 'node-17.example.org', ip: '127.0.0.1', public: '' },
    ...{
      port: '8080',
      ports: { 8080: port, 9000: port },
      zk,
      debug: 'false',
      local: 'false',
      start: 'true',
      views: 'on',
    },
  };
  const registered = await registerPod(session, { name, key: follower.key, fields, seq: undefined }, never);
  follower.path = registered.path;
}

/** Whether the body is this pod's is seen at its end; to take all of them apart would be too much for one process. */
async function take(key: string, request: IncomingMessage): Promise<void> {
  let size = 0;
  let tail = '';
  for await (const chunk of request) {
    size += chunk.length;
    tail = (tail + chunk.subarray(-80).toString('latin1')).slice(-80);
  }
  const [, , task] = (request.url ?? '').split('/');
  if (task === 'check' || task === 'on' || task === 'ok') counts[task] += 1;
  counts.megabytes += size / 1e6;
  if (size > 0 && !tail.endsWith(`"key":"${key}"}`)) counts.strange += 1;
}

async function end({ server, path }: Follower): Promise<void> {
  await session.remove(path, never);
  server.close();
  server.closeAllConnections();
}
