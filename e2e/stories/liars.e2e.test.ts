import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock } from 'ochopod-core';
import { connectSession } from 'ochopod-core/zookeeper';
import { describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { collect, missing, Stage, titled } from '../support/stage.ts';

const LIARS = 10;
const ANSWER_BYTES = 100 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, ' ');

describe.skipIf(missing)(titled('ten pods that answer with 100 MB each'), () => {
  test('cost their own rows: neither the memory of their leader, nor that of ocho', async () => {
    await using stage = await Stage.open();
    const leader = stage.start({ settings: { model: { grace: 5 } } });
    await eventually('it is configured', () => leader.lastView?.size === 1);
    await using liars = await startLiars(stage.zk);
    await eventually('it has asked them all', () => liars.checked >= LIARS, 60_000);

    const ls = stage.startOcho('ls', 'demo.web', '-t', '30s', '-j');
    const [peak, { stdout }] = await Promise.all([peakMegabytes(ls), collect(ls)]);

    const { total, running, failed } = JSON.parse(stdout)['demo.web'];
    expect({ total, running }).toEqual({ total: LIARS + 1, running: 1 });
    expect(Object.values(failed)).toEqual(Array(LIARS).fill(expect.objectContaining({ code: 'TOO_LARGE' })));
    expect(peak).toBeLessThan(150);
    expect(megabytes(leader.child.pid)).toBeLessThan(120);
    expect(leader.output).not.toContain('starting over');
  });
});

/** Registered as if they were pods of `demo.web`. */
async function startLiars(servers: string): Promise<AsyncDisposable & { readonly checked: number }> {
  let checked = 0;
  const server = createServer((request, answer) => {
    if (request.url?.startsWith('/control/check') === true) checked += 1;
    request.resume();
    lie(answer.on('error', () => {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const never = new AbortController().signal;
  const options = { servers, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock };
  const session = await connectSession(options, never);
  const { port } = server.address() as AddressInfo;
  const data = JSON.stringify({
    ip: '127.0.0.1',
    port: '8080',
    ports: { 8080: port },
    cluster: 'web',
    namespace: 'demo',
  });
  const parent = '/ochopod/clusters/demo.web/pods';
  for (let at = 0; at < LIARS; at += 1) await session.createTicket({ parent, prefix: `liar-${at}.`, data }, never);
  return {
    get checked() {
      return checked;
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** As white space before an empty answer. */
function lie(answer: ServerResponse): void {
  let left = ANSWER_BYTES;
  const more = () => {
    while (left > 0 && !answer.destroyed) {
      left -= PIECE.length;
      if (!answer.write(PIECE)) return;
    }
    if (!answer.destroyed) answer.end('{}');
  };
  answer.on('drain', more);
  more();
}

/** The most of a process that was ever in memory, looked at until it ends. */
async function peakMegabytes(child: ChildProcess): Promise<number> {
  let peak = 0;
  await eventually(
    'it ends',
    () => {
      peak = Math.max(peak, megabytes(child.pid));
      return child.exitCode !== null || child.signalCode !== null;
    },
    60_000,
  );
  return peak;
}

/** The most of a process that was ever in memory; 0 once it is gone. */
function megabytes(pid: number | undefined): number {
  try {
    const [, kilobytes = 0] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}
