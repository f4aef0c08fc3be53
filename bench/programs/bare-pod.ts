/**
 * The least that a pod can do: register, and as the oldest one read all others and post check, on and ok to each
 * whenever their list or the dependency changes. It trusts everybody, checks nothing and recovers from nothing.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import http, { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import process from 'node:process';

import { RawZooKeeper } from '../lab/raw-zookeeper.ts';
import { now } from '../lab/samples.ts';

const CONNECTIONS = new http.Agent({ keepAlive: true });
const { env } = process;
const path = `/ochopod/clusters/${env['ochopod_namespace']}.${env['ochopod_cluster']}`;
const dependency = JSON.parse(env['pod'] ?? '{}').dependsOn;
let running: ChildProcess | undefined;
let told = '';

const port = await listen();
tell('listening', {});
const zkPort = Number(env['ochopod_zk']?.split(':').at(-1));
const zookeeper = await RawZooKeeper.connect(zkPort, Number(env['ochopod_zk_timeout']) * 1000);
process.once('SIGTERM', () => {
  zookeeper.close();
  setTimeout(() => process.exit(), 50);
});
const registration = { ip: '127.0.0.1', port: String(port), ports: { [port]: port } };
const own = (await zookeeper.ticket(`${path}/pods/bare.`, JSON.stringify(registration))).split('/').at(-1);
tell('registered', {});
await ourTurn();
tell('leading', {});
await lead();

function tell(event: string, facts: object): void {
  process.stdout.write(`@${JSON.stringify({ event, at: now(), ...facts })}\n`);
}

async function listen(): Promise<number> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const answer = () => response.end('{}');
      obey(request.url ?? '', JSON.parse(Buffer.concat(chunks).toString())).then(answer, answer);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

async function obey(url: string, { pods, seen }: { pods: object; seen: string }): Promise<void> {
  const size = Object.keys(pods).length;
  if (url.endsWith('/ok')) tell('configured', { size });
  if (!url.endsWith('/on')) return;
  if (running !== undefined && seen === told) return;
  if (running !== undefined) await ended(running);
  tell('configure', { size, seen });
  told = seen;
  running = spawn('sleep', ['100000'], { detached: true, stdio: 'ignore' });
  await new Promise((resolve) => running?.once('spawn', resolve));
  tell('running', { pid: running.pid });
}

function ended(child: ChildProcess): Promise<unknown> {
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  return exited;
}

async function ourTurn(): Promise<void> {
  for (;;) {
    const pods = (await zookeeper.children(`${path}/pods`)).sort();
    const ahead = pods[pods.indexOf(own ?? '') - 1];
    if (ahead === undefined) return;
    const gone = deferred();
    if (await zookeeper.exists(`${path}/pods/${ahead}`, gone.resolve)) await gone.promise;
  }
}

async function lead(): Promise<never> {
  for (;;) {
    const changed = deferred();
    const seen = dependency === undefined ? '' : await dependencyNow(changed.resolve);
    const names = (await zookeeper.children(`${path}/pods`, changed.resolve)).sort();
    const read = await Promise.all(names.map((name) => zookeeper.get(`${path}/pods/${name}`).catch(() => '')));
    if (!read.includes('')) await configure(names, read, seen).catch(() => undefined);
    await changed.promise;
  }
}

async function dependencyNow(onChange: () => void): Promise<string> {
  const snapshot = await zookeeper.get(`/ochopod/clusters/bench.${dependency}/snapshot`, onChange);
  return Object.keys(JSON.parse(snapshot)).join();
}

async function configure(names: readonly string[], read: readonly string[], seen: string): Promise<void> {
  await zookeeper.set(`${path}/hash`, '');
  // A key has no dots.
  const pods = Object.fromEntries(names.map((name, at) => [name.replace('.', '-'), JSON.parse(read[at] ?? '')]));
  const body = JSON.stringify({ pods, seen });
  for (const task of ['check', 'on', 'ok']) {
    await Promise.all(Object.values(pods).map((pod) => post(`http://127.0.0.1:${pod.port}/control/${task}`, body)));
  }
  await Promise.all([
    zookeeper.set(`${path}/snapshot`, JSON.stringify(pods)),
    zookeeper.set(`${path}/hash`, String(names.length)),
  ]);
}

function post(url: string, body: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = http.request(url, { method: 'POST', agent: CONNECTIONS }, (response) => {
      response.resume().on('end', resolve);
    });
    request.on('error', reject);
    request.end(body);
  });
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
