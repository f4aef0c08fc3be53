import { once } from 'node:events';
import { OchoError, systemClock } from 'ochopod-core';
import { connectSession, lead, type Session } from 'ochopod-core/zookeeper';
import { afterEach, describe, expect, test } from 'vitest';

import type { ServerUnderTest } from '../support/world.ts';

const NEVER = new AbortController().signal;
const CONTENDERS = { ann: '11111111-1111-1111-1111-111111111111', bob: '22222222-2222-2222-2222-222222222222' };

/** Our own client: node-zookeeper-client, as core wraps it. */
export function describeOchopod(server: () => ServerUnderTest): void {
  describe('the session of ochopod', () => {
    const sessions: Session[] = [];
    let tests = 0;

    afterEach(async () => {
      await Promise.all(sessions.splice(0).map((session) => session.close()));
    });

    async function join(): Promise<Session> {
      const servers = `zk://127.0.0.1:${server().port}/ochopod/${tests}`;
      const times = { sessionTimeoutMs: 4_000, connectTimeoutMs: 10_000 };
      const session = await connectSession({ servers, ...times, clock: systemClock }, NEVER);
      sessions.push(session);
      return session;
    }

    test('queues for an office, which goes from one to the next with a greater fence', async () => {
      tests += 1;
      const [ann, bob] = [await join(), await join()];
      const story: string[] = [];
      const fences: bigint[] = [];
      const annLeaves = new AbortController();
      const contend = (session: Session, name: 'ann' | 'bob') =>
        lead({
          session,
          path: '/office',
          contender: CONTENDERS[name],
          signal: NEVER,
          task: async ({ fence }) => {
            story.push(name);
            fences.push(fence);
            if (name === 'ann') await once(annLeaves.signal, 'abort');
          },
        });
      const first = contend(ann, 'ann');
      await untilThereAre(1, ann);
      const second = contend(bob, 'bob');
      await untilThereAre(2, ann);
      annLeaves.abort();
      await Promise.all([first, second]);

      expect(story).toEqual(['ann', 'bob']);
      expect(fences[1]).toBeGreaterThan(fences[0] ?? 0n);
    });

    test('writes in transactions, watches, and leaves nothing of its own behind', async () => {
      tests += 1;
      const [ann, bob] = [await join(), await join()];
      await ann.ensure('/queue', NEVER);
      const changes = ann.watchChildren('/queue', NEVER)[Symbol.asyncIterator]();
      expect((await changes.next()).value).toEqual([]);
      const ticket = await bob.createTicket({ parent: '/queue', prefix: 'bob-', data: 'größer ☃' }, NEVER);
      expect((await changes.next()).value).toEqual([ticket]);
      await bob.transaction(
        [
          { kind: 'check', path: `/queue/${ticket}` },
          { kind: 'set', path: '/queue', data: 'bob' },
        ],
        NEVER,
      );
      expect(await ann.get('/queue', NEVER)).toMatchObject({ data: 'bob', version: 1 });
      expect(await ann.get(`/queue/${ticket}`, NEVER)).toMatchObject({ data: 'größer ☃', owner: bob.id });
      await bob.close();

      expect((await changes.next()).value).toEqual([]);
      await changes.return?.();
    });

    test('is told what it may not do', async () => {
      tests += 1;
      const ann = await join();
      await ann.ensure('/a/b', NEVER);

      await expect(ann.remove('/a', NEVER)).rejects.toMatchObject({ code: 'CONFLICT' });
      await expect(ann.set('/none', 'x', NEVER)).rejects.toBeInstanceOf(OchoError);
    });
  });
}

async function untilThereAre(count: number, session: Session): Promise<void> {
  for await (const names of session.watchChildren('/office', NEVER)) if (names?.length === count) return;
}
