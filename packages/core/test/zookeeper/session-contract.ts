import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Session } from '../../src/zookeeper/session.ts';

/** What the contract needs of whoever implements it: several sessions with the same, empty ensemble. */
export interface Ensemble {
  connect(): Promise<Session>;
}

/** What every `Session` promises. */
export function describeSession(title: string, start: () => Promise<Ensemble>): void {
  describe(title, () => {
    const signal = new AbortController().signal;
    let ensemble: Ensemble;
    let ann: Session;
    let bob: Session;

    beforeEach(async () => {
      ensemble = await start();
      [ann, bob] = [await ensemble.connect(), await ensemble.connect()];
    });

    afterEach(async () => {
      await Promise.all([ann.close(), bob.close()]);
    });

    describe('reading and writing', () => {
      test('a znode is there with its parents once it was ensured, however often', async () => {
        await Promise.all([ann.ensure('/a/b/c', signal), ann.ensure('/a/b/c', signal)]);
        await ann.ensure('/a/b/c', signal);

        expect(await ann.get('/a/b/c', signal)).toMatchObject({ data: '', version: 0, owner: undefined });
        expect(await ann.children('/a/b', signal)).toEqual(['c']);
      });

      test('what is not there reads as undefined', async () => {
        expect(await ann.get('/none', signal)).toBeUndefined();
        expect(await ann.children('/none', signal)).toBeUndefined();
      });

      test('data comes back as it was written, and each write counts', async () => {
        await ann.ensure('/a', signal);
        await ann.set('/a', 'größer ☃ 🐑', signal);
        await ann.set('/a', '', signal);
        await ann.set('/a', 'größer ☃ 🐑', signal);

        expect(await bob.get('/a', signal)).toMatchObject({ data: 'größer ☃ 🐑', version: 3 });
      });

      test('later znodes have a greater czxid', async () => {
        await ann.ensure('/a', signal);
        await bob.ensure('/b', signal);

        const [a, b] = [await ann.get('/a', signal), await ann.get('/b', signal)];
        expect(b?.czxid).toBeGreaterThan(a?.czxid ?? -1n);
      });

      test('writing to a missing znode is NOT_FOUND', async () => {
        await expect(ann.set('/none', 'x', signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      test('removing twice is fine, removing a parent is a CONFLICT', async () => {
        await ann.ensure('/a/b', signal);

        await expect(ann.remove('/a', signal)).rejects.toMatchObject({ code: 'CONFLICT' });
        await ann.remove('/a/b', signal);
        await ann.remove('/a/b', signal);
        await ann.remove('/a', signal);
        expect(await ann.get('/a', signal)).toBeUndefined();
      });

      test.each(['', 'a', '/a/', '//a', '/a/../b', '/a/./b', '/a\u0000', '/a\ud800', '/a\ufffe'])(
        'the path %j is INVALID_INPUT',
        async (path) => {
          await expect(ann.get(path, signal)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
        },
      );

      test('data of nearly 1 MiB goes through, more is TOO_LARGE, and the session survives', async () => {
        await ann.ensure('/a', signal);
        const large = 'x'.repeat(1_048_000);
        await ann.set('/a', large, signal);
        await expect(ann.set('/a', 'x'.repeat(1_048_576), signal)).rejects.toMatchObject({ code: 'TOO_LARGE' });
        await expect(
          ann.transaction([{ kind: 'set', path: '/a', data: '☃'.repeat(400_000) }], signal),
        ).rejects.toMatchObject({ code: 'TOO_LARGE' });

        const node = await bob.get('/a', signal);
        expect(node?.data === large).toBe(true);
        expect(node?.version).toBe(1);
        expect(ann.lost.aborted).toBe(false);
      });

      test('a thousand calls at once are carried out in order', async () => {
        await ann.ensure('/a', signal);
        const writes = Array.from({ length: 1000 }, (_, index) => ann.set('/a', String(index), signal));
        await Promise.all(writes);

        expect(await bob.get('/a', signal)).toMatchObject({ data: '999', version: 1000 });
      });
    });

    describe('tickets', () => {
      test('are numbered by what their parent has seen created, also when some are gone', async () => {
        await ann.ensure('/queue/other', signal);
        const first = await ann.createTicket({ parent: '/queue', prefix: 'ann-', data: '' }, signal);
        await ann.remove(`/queue/${first}`, signal);
        const second = await bob.createTicket({ parent: '/queue', prefix: 'bob-', data: '' }, signal);

        expect([first, second]).toEqual(['ann-0000000001', 'bob-0000000002']);
      });

      test('belong to the session that made them', async () => {
        await ann.ensure('/queue', signal);
        const name = await ann.createTicket({ parent: '/queue', prefix: 'ann-', data: 'hello' }, signal);

        expect(await bob.get(`/queue/${name}`, signal)).toMatchObject({ data: 'hello', version: 0, owner: ann.id });
        expect(ann.id).toMatch(/^0x[0-9a-f]+$/);
        expect(ann.id).not.toBe(bob.id);
      });

      test('go when their session is closed', async () => {
        await ann.ensure('/queue', signal);
        await ann.createTicket({ parent: '/queue', prefix: 'ann-', data: '' }, signal);
        await ann.close();

        expect(await bob.children('/queue', signal)).toEqual([]);
      });

      test('need a parent', async () => {
        const ticket = { parent: '/none', prefix: 'x', data: '' };
        await expect(ann.createTicket(ticket, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      test('have no children', async () => {
        await ann.ensure('/queue', signal);
        const name = await ann.createTicket({ parent: '/queue', prefix: 'ann-', data: '' }, signal);

        await expect(ann.ensure(`/queue/${name}/x`, signal)).rejects.toMatchObject({ code: 'CONFLICT' });
      });
    });

    describe('transactions', () => {
      test('carry all steps out', async () => {
        await ann.ensure('/a/old', signal);
        await ann.transaction(
          [
            { kind: 'check', path: '/a' },
            { kind: 'create', path: '/a/kept', data: 'kept', ephemeral: false },
            { kind: 'create', path: '/a/mine', data: 'mine', ephemeral: true },
            { kind: 'set', path: '/a', data: 'set', version: 0 },
            { kind: 'remove', path: '/a/old' },
          ],
          signal,
        );

        expect(await bob.get('/a', signal)).toMatchObject({ data: 'set', version: 1 });
        expect(await bob.get('/a/kept', signal)).toMatchObject({ data: 'kept', owner: undefined });
        expect(await bob.get('/a/mine', signal)).toMatchObject({ data: 'mine', owner: ann.id });
        expect(await bob.get('/a/old', signal)).toBeUndefined();
      });

      test.each([
        ['NOT_FOUND', 'checking what is not there', { kind: 'check', path: '/none' }],
        ['NOT_FOUND', 'writing what is not there', { kind: 'set', path: '/none', data: '' }],
        ['NOT_FOUND', 'removing what is not there', { kind: 'remove', path: '/none' }],
        ['CONFLICT', 'creating what is there', { kind: 'create', path: '/a', data: '', ephemeral: false }],
        ['CONFLICT', 'a version that is gone', { kind: 'set', path: '/a', data: '', version: 0 }],
      ] as const)('are refused as %s by %s, and nothing is done', async (code, _, step) => {
        await ann.ensure('/a', signal);
        await ann.set('/a', 'before', signal);

        const steps = [{ kind: 'set', path: '/a', data: 'after', version: 1 } as const, step];
        await expect(ann.transaction(steps, signal)).rejects.toMatchObject({ code, details: { step: 1 } });
        expect(await ann.get('/a', signal)).toMatchObject({ data: 'before', version: 1 });
      });

      test('of no steps do nothing', async () => {
        await ann.transaction([], signal);
      });
    });

    describe('watching', () => {
      test('a znode tells of its coming, changing and going', async () => {
        const story = new Story(ann.watchNode('/a', signal));
        expect(await story.next()).toBeUndefined();

        await bob.ensure('/a', signal);
        expect(await story.next()).toMatchObject({ data: '', version: 0 });
        await bob.set('/a', 'news', signal);
        expect(await story.next()).toMatchObject({ data: 'news' });
        await bob.remove('/a', signal);
        expect(await story.next()).toBeUndefined();
        await bob.ensure('/a', signal);
        expect(await story.next()).toMatchObject({ data: '' });
        await story.leave();
      });

      test('children tell of each coming and going, also of their parent', async () => {
        const story = new Story(ann.watchChildren('/a', signal));
        expect(await story.next()).toBeUndefined();

        await bob.ensure('/a', signal);
        expect(await story.next()).toEqual([]);
        await bob.ensure('/a/x', signal);
        expect(await story.next()).toEqual(['x']);
        await bob.ensure('/a/y', signal);
        expect((await story.next())?.toSorted()).toEqual(['x', 'y']);
        await bob.remove('/a/x', signal);
        expect(await story.next()).toEqual(['y']);
        await bob.remove('/a/y', signal);
        expect(await story.next()).toEqual([]);
        await bob.remove('/a', signal);
        expect(await story.next()).toBeUndefined();
        await story.leave();
      });

      test('changes that nobody took yet are told as one', async () => {
        await bob.ensure('/a', signal);
        const story = new Story(ann.watchNode('/a', signal));
        expect(await story.next()).toMatchObject({ version: 0 });
        for (let count = 0; count < 5; count += 1) await bob.set('/a', `${count}`, signal);
        await ann.get('/a', signal);

        expect(await story.next()).toMatchObject({ version: 5 });
        const more = story.next();
        await bob.set('/a', 'last', signal);
        expect(await more).toMatchObject({ data: 'last', version: 6 });
        await story.leave();
      });

      test('a change of data is no news of the children, nor of the parent', async () => {
        await bob.ensure('/a/x', signal);
        const story = new Story(ann.watchChildren('/a', signal));
        expect(await story.next()).toEqual(['x']);

        const news = story.next();
        await bob.set('/a', 'data', signal);
        await bob.set('/a/x', 'data', signal);
        await bob.ensure('/a/x/z', signal);
        await bob.remove('/a/x/z', signal);
        await bob.remove('/a/x', signal);
        expect(await news).toEqual([]);
        await story.leave();
      });

      test('many watchers of one path all hear, also when others have left', async () => {
        await bob.ensure('/a', signal);
        const stories = Array.from({ length: 20 }, () => new Story(ann.watchNode('/a', signal)));
        await Promise.all(stories.map((story) => story.next()));
        await Promise.all(stories.slice(0, 10).map((story) => story.leave()));
        await bob.set('/a', 'news', signal);

        for (const story of stories.slice(10)) expect(await story.next()).toMatchObject({ data: 'news' });
        await Promise.all(stories.slice(10).map((story) => story.leave()));
      });

      test('leaving ends it, also while a change is waited for', async () => {
        const story = new Story(ann.watchNode('/a', signal));
        await story.next();
        const pending = story.raw();
        await story.leave();

        expect(await pending).toEqual({ done: true, value: undefined });
      });

      test('it throws the reason of its signal', async () => {
        const quits = new AbortController();
        const story = new Story(ann.watchNode('/a', quits.signal));
        await story.next();
        const pending = story.next();
        quits.abort(new Error('ann quits'));

        await expect(pending).rejects.toThrow('ann quits');
      });

      test('it sees ephemeral znodes of a closed session go', async () => {
        await bob.ensure('/queue', signal);
        await bob.createTicket({ parent: '/queue', prefix: 'bob-', data: '' }, signal);
        const story = new Story(ann.watchChildren('/queue', signal));
        expect(await story.next()).toHaveLength(1);
        await bob.close();

        expect(await story.next()).toEqual([]);
        await story.leave();
      });
    });

    describe('ending', () => {
      test('a call whose signal has aborted rejects with its reason', async () => {
        const quits = new AbortController();
        const pending = ann.get('/', quits.signal);
        quits.abort(new Error('ann quits'));

        await expect(pending).rejects.toThrow('ann quits');
        await expect(ann.get('/', quits.signal)).rejects.toThrow('ann quits');
      });

      test('closing loses the session: calls and watches end with SESSION_LOST', async () => {
        const story = new Story(ann.watchNode('/a', signal));
        await story.next();
        const [news, call] = [story.next(), ann.get('/', signal)];
        const outcomes = Promise.allSettled([news, call]);
        await ann.close();

        for (const outcome of await outcomes) expect(outcome).toMatchObject({ reason: { code: 'SESSION_LOST' } });
        expect(ann.lost.aborted).toBe(true);
        expect(ann.lost.reason).toMatchObject({ code: 'SESSION_LOST' });
        await expect(ann.get('/', signal)).rejects.toMatchObject({ code: 'SESSION_LOST' });
        expect(bob.lost.aborted).toBe(false);
      });

      test('closing may be asked for again and at once', async () => {
        await Promise.all([ann.close(), ann.close()]);
        await ann.close();
      });
    });
  });
}

/** A watch, told one by one. */
export class Story<T> {
  readonly #values: AsyncIterator<T>;

  constructor(values: AsyncIterable<T>) {
    this.#values = values[Symbol.asyncIterator]();
  }

  raw(): Promise<IteratorResult<T>> {
    return this.#values.next();
  }

  async next(): Promise<T> {
    const { done, value } = await this.#values.next();
    if (done) throw new Error('the watch has ended');
    return value;
  }

  async leave(): Promise<void> {
    await this.#values.return?.();
  }
}
