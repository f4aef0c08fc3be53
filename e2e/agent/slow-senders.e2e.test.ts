import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, type PodProcess, Stage, titled } from '../support/stage.ts';

/** More than the pod could have connections, were it to keep them all. */
const OF_EACH_KIND = 60;

const FILES = 128;

describe.skipIf(missing)(titled('those who send half of something, slowly'), () => {
  let stage: Stage;
  let pod: PodProcess;
  let senders: Sender[] = [];

  beforeAll(async () => {
    stage = await Stage.open();
    pod = stage.start({ openFiles: FILES, settings: { model: { checkEvery: 0.2 } } });
    await eventually('it is configured', () => pod.lastView !== undefined);
    await stage.untilRunning('demo.web', 1);
  });

  afterAll(async () => {
    for (const sender of senders) sender.close();
    await stage[Symbol.asyncDispose]();
  });

  test('keep nobody out, are all sent away, and cost the pod nothing', async () => {
    const { pid } = pod;
    senders = KINDS.flatMap((kind) => Array.from({ length: OF_EACH_KIND }, () => send(pod.port as number, kind)));
    await eventually('most are let go for others', () => senders.filter(isClosed).length > senders.length / 2);

    const ran = await stage.json('exec', 'demo.web', 'args', 'still here', '-i', '0');
    expect(ran).toMatchObject({ 'demo.web #0': { code: 0, stdout: ['still here'] } });

    await eventually('all are sent away', () => senders.every(isClosed), 60_000);
    expect(pod.pid).toBe(pid);
    expect(pod.output).not.toMatch(/sanity check failed|EMFILE/);
    await stage.untilRunning('demo.web', 1);
  });
});

interface Kind {
  readonly head: string;
  /** What follows every second. */
  readonly feed: string;
}

const KINDS: readonly Kind[] = [
  { head: headOf('/control/check/5', 16_000_000), feed: 'x'.repeat(20_000) },
  {
    head: headOf('/exec', 60_000_000, 'X-Shell: shell ls\r\nContent-Type: multipart/form-data; boundary=b\r\n'),
    feed: 'y',
  },
  { head: 'POST /info HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Half: ', feed: '' },
  { head: '', feed: '' },
];

function headOf(path: string, length: number, more = ''): string {
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: ${length}\r\n${more}\r\n`;
}

interface Sender {
  isClosed: boolean;
  close(): void;
}

const isClosed = (sender: Sender): boolean => sender.isClosed;

function send(port: number, { head, feed }: Kind): Sender {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {}); // to be cut off is what it is here for
  socket.resume();
  socket.write(head);
  const over = new AbortController();
  const sender = { isClosed: false, close: () => socket.destroy() };
  socket.once('close', () => {
    sender.isClosed = true;
    over.abort();
  });
  void keepSending(socket, feed, over.signal);
  return sender;
}

async function keepSending(socket: Socket, feed: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (feed !== '') socket.write(feed);
    await delay(1000, undefined, { signal }).catch(() => {}); // only ever because it was closed
  }
}
