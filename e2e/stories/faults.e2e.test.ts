import { systemClock } from 'ochopod-core';
import { connectSession } from 'ochopod-core/zookeeper';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually, remains } from '../support/eventually.ts';
import { missing, type PodProcess, SESSION_SECONDS, Stage, titled } from '../support/stage.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const SESSION_MS = SESSION_SECONDS * 1000;
/** Starting up costs the real server itself some time, and so does `ocho`, which looks: it counts from when it answers. */
const REPAIR_MS = Math.max(2 * SESSION_MS, 10_000);

describe.skipIf(missing)(titled('when ZooKeeper cannot be reached'), () => {
  let stage: Stage;
  let proxy: TcpProxy;
  let pods: PodProcess[];
  let cut: PodProcess;
  let identities: string[];

  beforeEach(async () => {
    stage = await Stage.open();
    proxy = await startTcpProxy(stage.zookeeper.port);
    cut = stage.start({ zk: `127.0.0.1:${proxy.port}` });
    await eventually('the first one leads', () => cut.lastView?.size === 1);
    pods = [cut, stage.start(), stage.start()];
    await eventually('three are configured', () => pods.every(({ lastView }) => lastView?.size === 3));
    identities = pods.map(identity);
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
    await proxy.close();
  });

  test.each([2, 30])('for %i s, everybody is back as before', { timeout: 120_000 }, async (seconds) => {
    await stage.zookeeper.kill();
    await remains('children run on', () => pods.map(identity).join() === identities.join(), seconds * 1000);
    await stage.zookeeper.start();
    await backAsBefore();
  });

  test.each([0.5, 2, 5])('by one pod for %d session timeouts, it is back as before', async (share) => {
    proxy.hold();
    await remains('children run on', () => pods.map(identity).join() === identities.join(), share * SESSION_MS);
    proxy.restore();
    await backAsBefore();
  });

  test('the leader that is cut off stops leading on its own clock, and another one leads', async () => {
    proxy.hold();
    await eventually('it knows', () => cut.output.includes('starting over in ZooKeeper'), 2 * SESSION_MS);
    expect((await fetchInfo(cut)).state).toBe('follower');
    expect((await fetch(`http://127.0.0.1:${cut.port}/readyz`)).status).toBe(503);
    await eventually('another one leads', () => pods[1]?.lastView?.size === 2 || pods[2]?.lastView?.size === 2);
    proxy.restore();
    await backAsBefore();
  });

  const identity = ({ seq, pid }: PodProcess): string => `#${seq}, pid ${pid}`;

  /** Within two session timeouts: all listed under their old key and number, one leader, no child restarted. */
  async function backAsBefore(): Promise<void> {
    await eventually(
      'three are listed and one of them leads',
      async () => {
        const rows = Object.values((await stage.json('grep', 'demo.web')) as Record<string, { state?: string }>);
        return rows.length === 3 && rows.filter(({ state }) => state === 'leader').length === 1;
      },
      REPAIR_MS,
    );
    await stage.untilRunning('demo.web', 3);
    const rows = (await stage.json('grep', 'demo.web')) as Record<string, unknown>;
    expect(Object.keys(rows)).toEqual(['demo.web #0', 'demo.web #1', 'demo.web #2']);
    expect(pods.map(identity)).toEqual(identities);
    expect(pods.map(({ output }) => output.match(/process started/g)?.length)).toEqual([1, 1, 1]);
  }

  async function fetchInfo({ port }: PodProcess): Promise<{ state: string }> {
    return (await fetch(`http://127.0.0.1:${port}/info`, { method: 'POST' })).json() as Promise<{ state: string }>;
  }
});

describe.skipIf(missing)(titled('a ZooKeeper that comes back without its data'), () => {
  let stage: Stage;

  beforeEach(async () => {
    stage = await Stage.open();
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('is settled in anew, although its leaders have smaller numbers than those before', async () => {
    await pastTransactions(500);
    const pods = [stage.start(), stage.start()];
    await eventually('two are configured', () => pods.every(({ lastView }) => lastView?.size === 2));
    const children = pods.map(({ pid }) => pid);
    await stage.zookeeper.kill();
    stage.zookeeper.wipe();
    await stage.zookeeper.start();
    await eventually(
      'both have begun anew',
      () => pods.every(({ output }) => / registered as #.* registered as #/s.test(output)),
      REPAIR_MS,
    );
    pods.push(stage.start());

    await eventually('the leader tells all of the third', () => pods.every(({ lastView }) => lastView?.size === 3));
    await stage.untilRunning('demo.web', 3);
    expect(new Set(pods.map(({ seq }) => seq)).size).toBe(3);
    expect(pods.slice(0, 2).map(({ pid }) => pid)).toEqual(children);
  });

  /** Leaders are told apart by the transactions in which they came. */
  async function pastTransactions(count: number): Promise<void> {
    const signal = AbortSignal.timeout(20_000);
    const servers = `127.0.0.1:${stage.zookeeper.port}`;
    const options = { servers, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock };
    const session = await connectSession(options, signal);
    await Promise.all(Array.from({ length: count }, () => session.set('/', '', signal)));
    await session.close();
  }
});
