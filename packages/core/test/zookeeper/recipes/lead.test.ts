import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';

import { MemoryEnsemble, type MemorySession, settle } from '../../../src/testing/index.ts';
import { lead, type Mandate } from '../../../src/zookeeper/recipes/lead.ts';

const PATH = '/ochopod/clusters/demo.web/coordinator';
const never = new AbortController().signal;

describe('lead', () => {
  let ensemble: MemoryEnsemble;
  let terms: { readonly who: string; readonly mandate: Mandate }[];
  let ann: Contender;
  let bob: Contender;
  let cyd: Contender;

  beforeEach(async () => {
    ensemble = new MemoryEnsemble();
    terms = [];
    [ann, bob, cyd] = [await join('ann'), await join('bob'), await join('cyd')];
  });

  test('elects the first that asked', () => {
    expect(leaders()).toEqual(['ann']);
  });

  test('hands over to the next in line when the leader quits', async () => {
    await ann.quit();

    expect(leaders()).toEqual(['ann', 'bob']);
  });

  test('stops the leader when its session expires, and elects the next', async () => {
    ann.session.expire();
    await expect(ann.term).rejects.toMatchObject({ code: 'SESSION_LOST' });
    await quiet();

    expect(leaders()).toEqual(['ann', 'bob']);
  });

  test('never elects one that quit while queueing', async () => {
    await bob.quit();
    await ann.quit();

    expect(leaders()).toEqual(['ann', 'cyd']);
  });

  test('is not fooled by a session that expired while queueing', async () => {
    bob.session.expire();
    await quiet();
    await ann.quit();

    expect(leaders()).toEqual(['ann', 'cyd']);
  });

  test('leaves no place in the queue behind', async () => {
    for (const contender of [ann, bob, cyd]) await contender.quit();

    expect(ensemble.list(PATH)).toEqual([]);
  });

  test('gives every leader a higher fence than the one before', async () => {
    await ann.quit();
    await bob.quit();
    const fences = terms.map(({ mandate }) => mandate.fence);

    expect(fences).toEqual([...fences].sort((left, right) => (left < right ? -1 : 1)));
    expect(new Set(fences).size).toBe(3);
  });

  test('is in office by a node of its own session that kazoo would recognise', () => {
    const [first] = terms;
    expect(first?.mandate.lockPath).toMatch(/\/coordinator\/[0-9a-f]{32}__lock__\d{10}$/);
    expect(ensemble.peek(first?.mandate.lockPath as string)?.owner).toBe(ann.session.id);
  });

  test('is deposed when somebody deletes its node', async () => {
    await ensemble.connect().remove(terms[0]?.mandate.lockPath as string, never);
    await expect(ann.term).rejects.toMatchObject({ code: 'CONFLICT' });
    await quiet();

    expect(leaders()).toEqual(['ann', 'bob']);
  });

  test('tells one that somebody removed from the queue, at once and not when its turn would have come', async () => {
    const place = ensemble.list(PATH).find((name) => name.startsWith(idOf('bob').replaceAll('-', ''))) as string;
    ensemble.erase(`${PATH}/${place}`);

    await expect(bob.term).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(leaders()).toEqual(['ann']);
  });

  test('does not count what is no contender', async () => {
    for (const contender of [ann, bob, cyd]) await contender.quit();
    await ensemble.connect().ensure(`${PATH}/somebody-was-here`, never);
    await join('dan');

    expect(leaders().at(-1)).toBe('dan');
  });

  test('queues behind contenders of the kazoo recipe', async () => {
    for (const contender of [ann, bob, cyd]) await contender.quit();
    const old = ensemble.connect();
    const prefix = 'ffffffffffffffffffffffffffffffff__lock__';
    const ticket = await old.createTicket({ parent: PATH, prefix, data: '' }, never);
    await join('dan');
    expect(leaders()).not.toContain('dan');

    await old.remove(`${PATH}/${ticket}`, never);
    await quiet();
    expect(leaders()).toContain('dan');
  });

  test('takes the place of its own lost session at once, not when that times out', async () => {
    const old = ensemble.connect();
    const prefix = `${idOf('dan').replaceAll('-', '')}__lock__`;
    await old.createTicket({ parent: PATH, prefix, data: '' }, never);
    for (const contender of [ann, bob, cyd]) await contender.quit();
    await join('dan');

    expect(leaders().at(-1)).toBe('dan');
    expect(ensemble.list(PATH)).toHaveLength(1);
  });

  test('keeps the queue short and memory flat over a thousand attempts', async () => {
    for (let attempt = 0; attempt < 1000; attempt += 1) await (await join(`dan ${attempt}`)).quit();

    expect(ensemble.list(PATH)).toHaveLength(3);
    expect(leaders()).toEqual(['ann']);
  });

  interface Contender {
    readonly session: MemorySession;
    readonly term: Promise<unknown>;
    quit(): Promise<void>;
  }

  const leaders = () => terms.map(({ who }) => who);

  /** Queue up; leads until it quits or its session is lost. */
  async function join(who: string): Promise<Contender> {
    const session = ensemble.connect();
    const quit = new AbortController();
    const term = lead({ session, path: PATH, contender: idOf(who), signal: quit.signal, task: ledBy(who) });
    term.catch(() => {}); // only the tests that care look at how a term ends
    await quiet();
    return {
      session,
      term,
      quit: async () => {
        quit.abort(new Error(`${who} quits`));
        await quiet();
      },
    };
  }

  function ledBy(who: string) {
    return (mandate: Mandate, leading: AbortSignal): Promise<never> => {
      terms.push({ who, mandate });
      return new Promise((_resolve, reject) => {
        leading.addEventListener('abort', () => reject(leading.reason), { once: true });
      });
    };
  }
});

/** A UUID for each name. */
function idOf(who: string): string {
  const hex = createHash('md5').update(who).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await settle();
}
