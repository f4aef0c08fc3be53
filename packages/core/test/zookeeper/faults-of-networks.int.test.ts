import { createRequire } from 'node:module';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startTcpProxy, type TcpProxy } from '../../../../e2e/support/tcp-proxy.ts';
import type { Session } from '../../src/zookeeper/session.ts';
import { LogOfEvents, untilLost } from './log-of-events.ts';
import { join, noServer, realServer, unless } from './real-ensemble.ts';
import { Story } from './session-contract.ts';

describe.skipIf(noServer)(`Apache ZooKeeper behind a network that fails${unless}`, () => {
  const signal = new AbortController().signal;
  const server = realServer();
  let root: string;
  let tests = 0;
  let proxy: TcpProxy;
  let log: LogOfEvents;
  /** Behind the proxy. */
  let ann: Session;
  /** With a connection that does not fail. */
  let bob: Session;

  beforeEach(async () => {
    tests += 1;
    root = `/faults-${tests}`;
    proxy = await startTcpProxy(server().port);
    log = new LogOfEvents();
    ann = await join(proxy.port, { sessionTimeoutMs: 1_500, onEvent: log.onEvent });
    bob = await join(server().port);
    await bob.ensure(root, signal);
  });

  afterEach(async () => {
    proxy.restore();
    await Promise.all([ann.close(), bob.close()]);
    await proxy.close();
  });

  /** Ann's session is so short that a server which is out of breath is given up, and rightly so. */
  async function patient() {
    const events = new LogOfEvents();
    return { session: await join(proxy.port, { sessionTimeoutMs: 10_000, onEvent: events.onEvent }), events };
  }

  test('calls made while it is cut wait for the next connection', async () => {
    proxy.cut();
    await log.until('disconnected');
    const calls = [ann.set(root, 'x', signal), ann.ensure(`${root}/a/b`, signal), ann.children('/', signal)];
    proxy.restore();
    await Promise.all(calls);

    expect(await bob.get(root, signal)).toMatchObject({ data: 'x' });
    expect(await bob.children(`${root}/a`, signal)).toEqual(['b']);
    expect(log.all).toEqual([
      `connected to 127.0.0.1:${proxy.port}`,
      `disconnected from 127.0.0.1:${proxy.port}`,
      `connected to 127.0.0.1:${proxy.port}`,
    ]);
  });

  test.each([1, 3, 20, 5_000])('cut %i bytes into a reply, it is asked for again', async (bytes) => {
    await ann.set(root, 'x'.repeat(10_000), signal);
    proxy.cutAfter(bytes);
    const reading = ann.get(root, signal);
    await log.until('disconnected');
    proxy.restore();

    expect(await reading).toMatchObject({ data: 'x'.repeat(10_000) });
  });

  test('a ticket whose reply was lost is made once', async () => {
    proxy.cutAfter(0);
    const making = ann.createTicket({ parent: root, prefix: 'ann-', data: 'x' }, signal);
    const story = new Story(bob.watchChildren(root, signal));
    while ((await story.next())?.length === 0);
    await log.until('disconnected');
    proxy.restore();

    const name = await making;
    expect(name).toBe('ann-0000000000');
    expect(await bob.children(root, signal)).toEqual([name]);
  });

  test('a ticket that never arrived is made after all, and that of another session is not taken for it', async () => {
    await bob.createTicket({ parent: root, prefix: 'ann-', data: '' }, signal);
    proxy.hold();
    const making = ann.createTicket({ parent: root, prefix: 'ann-', data: '' }, signal);
    proxy.cut();
    await log.until('disconnected');
    proxy.restore();

    expect(await making).toBe('ann-0000000001');
  });

  test('a ticket that nobody waits for any more is taken back', async () => {
    const quits = new AbortController();
    const story = new Story(bob.watchChildren(root, signal));
    expect(await story.next()).toEqual([]);
    proxy.hold();
    const making = ann.createTicket({ parent: root, prefix: 'ann-', data: '' }, quits.signal);
    quits.abort(new Error('ann quits'));
    await expect(making).rejects.toThrow('ann quits');
    proxy.release();

    await ann.get(root, signal);
    await ann.set(root, 'the next thing that ann does', signal);
    expect(await bob.children(root, signal)).toEqual([]);
  });

  test('no change is missed, of any kind, while it is cut', async () => {
    for (const path of ['changes', 'goes', 'parent/old']) await bob.ensure(`${root}/${path}`, signal);
    const paths = ['changes', 'goes', 'comes'].map((name) => `${root}/${name}`);
    const nodes = paths.map((path) => new Story(ann.watchNode(path, signal)));
    const children = [`${root}/parent`, `${root}/comes`].map((path) => new Story(ann.watchChildren(path, signal)));
    await Promise.all([...nodes, ...children].map((story) => story.next()));
    proxy.cut();
    await log.until('disconnected');
    await bob.set(`${root}/changes`, 'new', signal);
    await bob.remove(`${root}/goes`, signal);
    await bob.ensure(`${root}/comes/child`, signal);
    await bob.remove(`${root}/parent/old`, signal);
    proxy.restore();

    const told = await Promise.all(nodes.map((story) => story.next()));
    expect(told.map((node) => node?.data)).toEqual(['new', undefined, '']);
    expect(await Promise.all(children.map((story) => story.next()))).toEqual([[], ['child']]);
  });

  test('what did not change is not told again', async () => {
    const story = new Story(ann.watchNode(root, signal));
    await story.next();
    const news = story.next();
    for (const times of [2, 3]) {
      proxy.cut();
      proxy.restore();
      await log.until('connected', times);
    }
    await ann.get(root, signal);
    await bob.set(root, 'news', signal);

    expect(await news).toMatchObject({ data: 'news', version: 1 });
  });

  test('ten thousand watches survive, in one attempt', async () => {
    const long = 'x'.repeat(120);
    const { session: dan, events } = await patient();
    await ann.close();
    const stories = Array.from({ length: 10_000 }, (_, index) => {
      return new Story(dan.watchNode(`${root}/${long}-${index}`, signal));
    });
    await Promise.all(stories.map((story) => story.next()));
    proxy.cut();
    await events.until('disconnected');
    await bob.ensure(`${root}/${long}-9999`, signal);
    const before = proxy.accepted;
    proxy.restore();

    expect(await stories.at(-1)?.next()).toMatchObject({ version: 0 });
    expect(proxy.accepted).toBe(before + 1);
    await Promise.all(stories.map((story) => story.leave()));
    await dan.close();
  });

  test('watches that nobody needs any more are not taken along', async () => {
    const stories = ['a', 'b', 'a'].map((name) => new Story(ann.watchChildren(`${root}/${name}`, signal)));
    await Promise.all(stories.map((story) => story.next()));
    const watches = () => watchCount(server().fourLetterWord('wchs'));
    expect(await watches()).toBe(2);
    await Promise.all(stories.map((story) => story.leave()));
    proxy.cut();
    await log.until('disconnected');
    proxy.restore();
    await ann.get(root, signal);

    expect(await watches()).toBe(0);
  });

  test('a connection that falls silent is left for another server', async () => {
    await using other = await startTcpProxy(server().port);
    const events = new LogOfEvents();
    const cyd = await join(`127.0.0.1:${proxy.port},127.0.0.1:${other.port}`, {
      sessionTimeoutMs: 1_500,
      onEvent: events.onEvent,
    });
    await cyd.createTicket({ parent: root, prefix: 'cyd-', data: '' }, signal);
    const [first, second] = events.all[0]?.endsWith(`${proxy.port}`) ? [proxy, other] : [other, proxy];
    first.hold();

    await events.until(`connected to 127.0.0.1:${second.port}`);
    expect(await cyd.children(root, signal)).toHaveLength(1);
    expect(cyd.lost.aborted).toBe(false);
    await cyd.close();
  });

  test('an address of IPv6 is come back to like any other', async () => {
    await using sixth = await startTcpProxy(server().port, '::1');
    const events = new LogOfEvents();
    const cyd = await join(`[::1]:${sixth.port}${root}`, { onEvent: events.onEvent });
    await cyd.createTicket({ parent: '/', prefix: 'cyd-', data: '' }, signal);
    sixth.cut();
    await events.until('disconnected');
    sixth.restore();

    expect(await cyd.children('/', signal)).toHaveLength(1);
    expect(events.all.at(-1)).toBe(`connected to [::1]:${sixth.port}`);
    await cyd.close();
  });

  test('the session is lost by our own clock when no server can be reached, not before and not much later', async () => {
    const idle = ann.watchNode(root, signal)[Symbol.asyncIterator]();
    await idle.next();
    await ann.get(root, signal);
    const since = performance.now();
    proxy.hold();
    const calls = Promise.allSettled([ann.get(root, signal), ann.set(root, 'x', signal), idle.next()]);
    const reason = await untilLost(ann);
    const elapsed = performance.now() - since;

    expect(reason).toMatchObject({ code: 'SESSION_LOST' });
    expect(elapsed).toBeGreaterThan(1_450);
    expect(elapsed).toBeLessThan(2_000);
    for (const call of await calls) expect(call).toMatchObject({ status: 'rejected', reason });
  });

  test('we know that the session is over before the server gives what we held to others', async () => {
    await ann.createTicket({ parent: root, prefix: 'ann-', data: '' }, signal);
    const story = new Story(bob.watchChildren(root, signal));
    expect(await story.next()).toHaveLength(1);
    proxy.hold();

    expect(await story.next()).toEqual([]);
    expect(ann.lost.aborted).toBe(true);
  });

  test('a process that was stopped for too long knows before it acts on anything else', async () => {
    const acted: string[] = [];
    ann.lost.addEventListener('abort', () => acted.push('lost'));
    const story = new Story(ann.watchNode(root, signal));
    await story.next();
    const news = story.next().then(
      () => acted.push('news'),
      () => acted.push('end of the watch'),
    );
    await bob.set(root, 'news that nobody has read yet', signal);
    stopTheWorld(1_600);
    const call = ann.set(root, 'too late', signal).catch(() => acted.push('refused'));

    await Promise.all([news, call]);
    expect(acted[0]).toBe('lost');
    expect(acted).not.toContain('news');
    expect(await bob.get(root, signal)).toMatchObject({ data: 'news that nobody has read yet' });
  });

  test('a process that was stopped for less goes on', async () => {
    await ann.get(root, signal);
    stopTheWorld(1_000);

    await ann.set(root, 'still here', signal);
    expect(ann.lost.aborted).toBe(false);
  });

  test('closing makes ephemeral znodes go at once', async () => {
    await ann.createTicket({ parent: root, prefix: 'ann-', data: '' }, signal);
    await ann.close();

    expect(await bob.children(root, signal)).toEqual([]);
  });

  test('closing is bounded when nothing gets through, and leaves nothing open', async () => {
    proxy.hold();
    const since = performance.now();
    await ann.close();

    expect(performance.now() - since).toBeLessThan(1_000);
    proxy.release();
    await expect.poll(() => proxy.connections).toBe(0);
  });

  test('thirty thousand calls at once do not cost the session', async () => {
    const { session: dan, events } = await patient();
    await Promise.all(Array.from({ length: 30_000 }, () => dan.get(root, signal)));

    expect(dan.lost.aborted).toBe(false);
    expect(events.all).toEqual([`connected to 127.0.0.1:${proxy.port}`]);
    await dan.close();
  });

  test('credentials open what others have protected, also after a reconnection', async () => {
    await protect(server().port, `${root}/secret`, 'ann:pass:word');
    await expect(bob.get(`${root}/secret`, signal)).rejects.toMatchObject({ code: 'DENIED' });
    const cyd = await join(`zk://ann:pass:word@127.0.0.1:${proxy.port}${root}`, { onEvent: log.onEvent });

    expect(await cyd.get('/secret', signal)).toMatchObject({ data: 'protected' });
    proxy.cut();
    await log.until('disconnected', 2);
    const reading = cyd.get('/secret', signal);
    proxy.restore();
    expect(await reading).toMatchObject({ data: 'protected' });

    await cyd.ensure('/open', signal);
    expect(await bob.get(`${root}/open`, signal)).toMatchObject({ data: '' });
    await cyd.close();
  });
});

/** Nothing of this process runs, as if it had got SIGSTOP and SIGCONT. */
function stopTheWorld(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

/** `Total watches:2` */
async function watchCount(report: Promise<string>): Promise<number> {
  return Number(/Total watches:(\d+)/.exec(await report)?.[1]);
}

/** What of the bare client's own interface it takes to make a znode that not everybody may read. */
interface BareClient {
  once(event: 'connected', listener: () => void): void;
  connect(): void;
  close(): void;
  addAuthInfo(scheme: string, auth: Buffer): void;
  create(path: string, data: Buffer, acls: unknown, done: (error: unknown) => void): void;
}

async function protect(port: number, path: string, credentials: string): Promise<void> {
  const bare = createRequire(import.meta.url)('node-zookeeper-client') as {
    createClient(servers: string): BareClient;
    ACL: { CREATOR_ALL_ACL: unknown };
  };
  const client = bare.createClient(`127.0.0.1:${port}`);
  await new Promise<void>((resolve) => {
    client.once('connected', resolve);
    client.connect();
  });
  client.addAuthInfo('digest', Buffer.from(credentials));
  await new Promise<void>((resolve, reject) => {
    const done = (error: unknown) => (error ? reject(error) : resolve());
    client.create(path, Buffer.from('protected'), bare.ACL.CREATOR_ALL_ACL, done);
  });
  client.close();
}
