import { beforeEach, describe, expect, test } from 'vitest';
import { MemoryEnsemble, type MemorySession, settle } from '../../src/testing/index.ts';
import { Story } from './session-contract.ts';

describe('the ensemble in memory', () => {
  const signal = new AbortController().signal;
  let ensemble: MemoryEnsemble;
  let ann: MemorySession;
  let bob: MemorySession;

  beforeEach(async () => {
    ensemble = new MemoryEnsemble();
    [ann, bob] = [ensemble.connect(), ensemble.connect()];
    await ann.ensure('/queue', signal);
  });

  test('lists children newest first, as no order is promised', async () => {
    for (const name of ['a', 'b', 'c']) ensemble.put(`/queue/${name}`, '');

    expect(await ann.children('/queue', signal)).toEqual(['c', 'b', 'a']);
    expect(ensemble.list('/queue')).toEqual(['a', 'b', 'c']);
  });

  test('does nothing before its time', async () => {
    const writing = ann.set('/queue', 'x', signal);
    expect(ensemble.peek('/queue')).toMatchObject({ data: '' });
    await writing;

    expect(ensemble.peek('/queue')).toMatchObject({ data: 'x', version: 1 });
  });

  test('tells of a watch before it replies to whatever saw the change', async () => {
    const order: string[] = [];
    const story = new Story(ann.watchNode('/queue', signal));
    await story.next();
    const news = story.next().then(() => order.push('news'));
    await bob.set('/queue', 'x', signal);
    const reading = ann.get('/queue', signal).then(() => ann.get('/queue', signal).then(() => order.push('read')));
    await Promise.all([news, reading]);

    expect(order).toEqual(['news', 'read']);
  });

  test('an expiry is known to both sides, and its tickets go in one step', async () => {
    for (const prefix of ['a-', 'b-']) await ann.createTicket({ parent: '/queue', prefix, data: '' }, signal);
    const story = new Story(bob.watchChildren('/queue', signal));
    await story.next();
    const pending = ann.get('/queue', signal);
    ann.expire();

    expect(ann.lost.reason).toMatchObject({ code: 'SESSION_LOST' });
    expect(ensemble.list('/queue')).toEqual([]);
    await expect(pending).rejects.toMatchObject({ code: 'SESSION_LOST' });
    expect(await story.next()).toEqual([]);
  });

  test('a silent expiry is known to the server only: reads go on, writes are refused', async () => {
    await ann.createTicket({ parent: '/queue', prefix: 'a-', data: '' }, signal);
    ensemble.expireSilently(ann);

    expect(ensemble.list('/queue')).toEqual([]);
    expect(ann.lost.aborted).toBe(false);
    expect(await ann.children('/queue', signal)).toEqual([]);
    await expect(ann.set('/queue', 'x', signal)).rejects.toMatchObject({ code: 'SESSION_LOST' });
    await expect(ann.transaction([{ kind: 'check', path: '/' }], signal)).rejects.toMatchObject({
      code: 'SESSION_LOST',
    });
    ann.expire();
    expect(ann.lost.aborted).toBe(true);
  });

  test('while disconnected calls hang and watches keep silent; afterwards both go on', async () => {
    const story = new Story(ann.watchNode('/queue', signal));
    await story.next();
    const told: string[] = [];
    ann.disconnect();
    const news = story.next().then((node) => told.push(`news ${node?.data}`));
    const writing = ann.set('/queue/mine', 'x', signal).catch(() => told.push('refused'));
    ensemble.put('/queue', 'x');
    await settle();
    expect(told).toEqual([]);

    ann.reconnect();
    await Promise.all([news, writing]);
    expect(told.toSorted()).toEqual(['news x', 'refused']);
  });

  test.each(['set', 'createTicket', 'transaction'] as const)(
    'a %s whose reply was lost is carried out again, but a ticket is made once',
    async (lost) => {
      ensemble = new MemoryEnsemble({ random: () => 0.9 });
      ensemble.put('/queue', '');
      ann = ensemble.connect();
      const calls = [
        ann.set('/queue', 'x', signal),
        ann.createTicket({ parent: '/queue', prefix: 'ann-', data: '' }, signal),
        ann.transaction([{ kind: 'set', path: '/queue', data: 'y' }], signal),
      ];
      while (ensemble.operations[lost] === 0) await Promise.resolve();
      ann.disconnect();
      ann.reconnect();
      await Promise.all(calls);

      expect(ensemble.operations).toMatchObject({ set: 1, createTicket: 1, transaction: 1, [lost]: 2 });
      expect(ensemble.list('/queue')).toEqual(['ann-0000000000']);
      expect(ensemble.peek('/queue')).toMatchObject({ data: 'y', version: lost === 'createTicket' ? 2 : 3 });
    },
  );

  test('counts what it is asked, and who would hear of a change', async () => {
    const stories = [ann, ann, bob].map((session) => new Story(session.watchChildren('/queue', signal)));
    await Promise.all(stories.map((story) => story.next()));

    expect(ensemble.operations).toMatchObject({ ensure: 1, children: 3, get: 0 });
    expect(ensemble.watchersOf('/queue')).toBe(2);
    await Promise.all(stories.map((story) => story.leave()));
    expect(ensemble.watchersOf('/queue')).toBe(0);
  });

  test('closing while disconnected leaves the tickets until the server gives up', async () => {
    await ann.createTicket({ parent: '/queue', prefix: 'a-', data: '' }, signal);
    ann.disconnect();
    await ann.close();

    expect(ensemble.list('/queue')).toHaveLength(1);
    ann.expire();
    expect(ensemble.list('/queue')).toEqual([]);
  });

  test('sessions overtake each other when delays are random, and stay in order by themselves', async () => {
    const winners = new Set<string>();
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    for (let round = 0; round < 50; round += 1) {
      const world = new MemoryEnsemble({ random });
      const [cyd, dan] = [world.connect(), world.connect()];
      world.put('/q', '');
      const order: number[] = [];
      const writes = [cyd.set('/q', 'cyd', signal), dan.set('/q', 'dan', signal)];
      const reads = [1, 2, 3].map((number) => cyd.get('/q', signal).then(() => order.push(number)));
      await Promise.all([...writes, ...reads]);
      winners.add(world.peek('/q')?.data ?? '');
      expect(order).toEqual([1, 2, 3]);
    }

    expect(winners).toEqual(new Set(['cyd', 'dan']));
  });
});
