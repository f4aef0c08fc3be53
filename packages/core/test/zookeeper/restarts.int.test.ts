import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/waiting/clock.ts';
import { systemClock } from '../../src/waiting/clock.ts';
import { connectSession } from '../../src/zookeeper/connect-session.ts';
import { LogOfEvents, untilLost } from './log-of-events.ts';
import { join, noServer, realServer, unless } from './real-ensemble.ts';
import { Story } from './session-contract.ts';

describe.skipIf(noServer)(`Apache ZooKeeper that comes and goes${unless}`, () => {
  const signal = new AbortController().signal;
  const server = realServer();

  test('a session outlives restarts of the server, with its tickets and watches', async () => {
    const log = new LogOfEvents();
    const ann = await join(server().port, { sessionTimeoutMs: 10_000, onEvent: log.onEvent });
    await ann.ensure('/restarts', signal);
    const ticket = await ann.createTicket({ parent: '/restarts', prefix: 'ann-', data: '' }, signal);
    const story = new Story(ann.watchNode(`/restarts/${ticket}`, signal));
    await story.next();

    for (const restart of [1, 2, 3, 4]) {
      await server().kill();
      await server().start();
      await ann.set(`/restarts/${ticket}`, `after ${restart}`, signal);
      expect(await story.next()).toMatchObject({ data: `after ${restart}`, owner: ann.id });
    }

    expect(log.all.filter((event) => event.startsWith('connected'))).toHaveLength(5);
    await ann.close();
  });

  test('a server that is frozen costs the session, and nothing hangs', async () => {
    const ann = await join(server().port, { sessionTimeoutMs: 1_500 });
    server().pause();
    try {
      const calls = Promise.allSettled([ann.get('/', signal), ann.set('/', 'x', signal)]);

      expect(await untilLost(ann)).toMatchObject({ code: 'SESSION_LOST' });
      for (const call of await calls) expect(call).toMatchObject({ reason: { code: 'SESSION_LOST' } });
      await ann.close();
    } finally {
      server().resume();
    }
  });

  test('closing while the server is down harms nobody when it comes back', async () => {
    const ann = await join(server().port, { sessionTimeoutMs: 3_000 });
    await server().kill();
    const closing = ann.close();
    await server().start();
    await closing;

    const bob = await join(server().port);
    await bob.get('/', signal);
    await bob.close();
  });

  test('after closing no timer and no socket is left', async () => {
    const before = resources();
    const clock = new CountingClock();
    const options = { servers: `127.0.0.1:${server().port}`, sessionTimeoutMs: 4_000, connectTimeoutMs: 5_000, clock };
    const ann = await connectSession(options, signal);
    const story = new Story(ann.watchNode('/', signal));
    await story.next();
    expect(clock.sleeping).toBeGreaterThan(0);
    await ann.close();

    await expect.poll(() => clock.sleeping).toBe(0);
    await expect.poll(resources).toEqual(before);
  });
});

/** What keeps this process alive, of the kinds that a session takes. */
function resources(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind.startsWith('TCP')).length;
}

class CountingClock implements Clock {
  sleeping = 0;

  now(): number {
    return systemClock.now();
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.sleeping += 1;
    try {
      await systemClock.sleep(ms, signal);
    } finally {
      this.sleeping -= 1;
    }
  }

  after(ms: number, callback: () => void): () => void {
    const isOver = new AbortController();
    void this.sleep(ms, isOver.signal).then(callback, () => {});
    return () => isOver.abort();
  }
}
