import { fork } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';

import { type Pod, parseClusterName, parseRegistration, systemClock } from 'ochopod-core';
import { createControlClient, fanOut } from 'ochopod-core/control-client';

import type { Line } from '../lab/line.ts';
import { PLAIN_ENV, program } from '../lab/places.ts';
import { interleaved, median, timed } from '../lab/samples.ts';

const PODS = 1000;
const DEAD = 100;
const SILENT = 50;
const LIMIT_MS = 5000;
/** As many at once as `fanOut` asks. */
const CONCURRENCY = 256;

interface Ports {
  readonly answering: readonly number[];
  readonly dead: readonly number[];
  readonly silent: readonly number[];
}

/** How long it takes to ask a thousand pods what they are. */
export async function* asking(): AsyncGenerator<Line> {
  yield* ask([PODS, 0, 0], 9, async (all) => ({
    what: `\`info\` of ${PODS} answering pods`,
    ...{ original: '1.6 s', aim: 'within 1.5 x of raw node:http', unit: 'ms', ...all },
  }));
  yield* ask([PODS - DEAD - SILENT, DEAD, SILENT], 2, async (all) => ({
    what: `\`info\` of ${PODS} pods of which 10% are dead and 5% silent, with a limit of 5 s`,
    ...{ original: '6.6 s', aim: 'the limit once; results shown as they come', unit: 'ms', ...all },
  }));
}

type Measured = Required<Pick<Line, 'ours' | 'floor' | 'remark'>>;

async function* ask(
  counts: readonly [number, number, number],
  rounds: number,
  describe: (measured: Measured) => Promise<Line>,
): AsyncGenerator<Line> {
  const child = fork(program('answering-pods'), counts.map(String), { env: PLAIN_ENV });
  try {
    const [ports] = (await once(child, 'message')) as [Ports];
    const lastAnswers: number[] = [];
    const firstAnswers: number[] = [];
    const ours = async () => {
      const { first, last } = await askOurs(ports);
      firstAnswers.push(first);
      lastAnswers.push(last);
    };
    const measured = [() => timed(ours), () => timed(() => askRaw(ports))];
    if (rounds > 2) await interleaved(2, measured); // compiled by then
    const [samples = [], floor = []] = await interleaved(rounds, measured);
    const shown = `first answer after ${median(firstAnswers).toFixed(0)} ms, last after ${median(lastAnswers).toFixed(0)} ms`;
    yield await describe({
      ours: samples,
      floor: { what: 'node:http, kept-alive connections, 256 at once, JSON parsed', samples: floor },
      remark: shown,
    });
  } finally {
    child.disconnect();
    await once(child, 'exit');
  }
}

async function askOurs({ answering, dead, silent }: Ports): Promise<{ first: number; last: number }> {
  const client = createControlClient({ clock: systemClock });
  const signal = AbortSignal.timeout(60_000);
  const begun = performance.now();
  const until = begun + LIMIT_MS;
  const told = { first: 0, last: 0 };
  let answered = 0;
  const pods = mixed({ answering, dead, silent }).map(podAt);
  for await (const outcome of fanOut(pods, { signal }, (pod) =>
    client.info(pod, { timeoutMs: until - performance.now(), signal }),
  )) {
    if (!outcome.ok) continue;
    answered += 1;
    told.last = performance.now() - begun;
    if (answered === 1) told.first = told.last;
  }
  client.close();
  if (answered !== answering.length) throw new Error(`${answered} of ${answering.length} answered`);
  return told;
}

async function askRaw(ports: Ports): Promise<void> {
  const agent = new http.Agent({ keepAlive: true });
  const until = performance.now() + LIMIT_MS;
  const queue = mixed(ports);
  let answered = 0;
  const work = async () => {
    for (let port = queue.pop(); port !== undefined; port = queue.pop()) {
      const reply = await postRaw(port, agent, until - performance.now());
      if (reply !== undefined) answered += 1;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
  agent.destroy();
  if (answered !== ports.answering.length) throw new Error(`${answered} of ${ports.answering.length} answered`);
}

function postRaw(port: number, agent: http.Agent, timeoutMs: number): Promise<unknown> {
  return new Promise((resolve) => {
    const headers = { 'content-length': '0' };
    const request = http.request({ host: '127.0.0.1', port, path: '/info', method: 'POST', agent, headers });
    const late = setTimeout(() => request.destroy(), timeoutMs);
    const done = (reply: unknown) => {
      clearTimeout(late);
      resolve(reply);
    };
    request.on('error', () => done(undefined));
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk) => chunks.push(chunk));
      response.on('end', () => done(JSON.parse(Buffer.concat(chunks).toString())));
    });
    request.end();
  });
}

/** The silent ones and the dead between the others, always in the same places. */
function mixed({ answering, dead, silent }: Ports): number[] {
  const every = <T>(ports: readonly T[]) => ports.map((port, at) => ({ port, place: at / ports.length }));
  const all = [...every(answering), ...every(dead), ...every(silent)];
  return all.sort((left, right) => left.place - right.place).map(({ port }) => port);
}

function podAt(port: number, seq: number): Pod {
  const registration = parseRegistration({ ip: '127.0.0.1', port: '8080', ports: { 8080: port }, seq });
  return { name: parseClusterName('bench.web'), key: `pod-${seq}`, seq, registration };
}
