import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually, remains } from '../support/eventually.ts';
import { missing, type PodProcess, SESSION_SECONDS, Stage, titled } from '../support/stage.ts';

describe.skipIf(missing)(titled('a cluster that changes'), () => {
  let stage: Stage;
  let alive: PodProcess[];

  beforeAll(async () => {
    stage = await Stage.open();
    alive = Array.from({ length: 5 }, () => stage.start());
    await configured(5);
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('is configured once when a pod is added', async () => {
    await once(async () => {
      alive = [...alive, stage.start()];
    });
  });

  test('is configured once when a pod is killed through ocho', async () => {
    const victim = await follower();
    await once(async () => {
      alive = without(victim);
      expect(await stage.json('kill', 'demo.web', '-i', String(victim.seq))).toMatchObject({
        'demo.web': { ok: true, down: [victim.seq] },
      });
    });
    expect((await stage.json('grep', 'demo.web'))[`demo.web #${victim.seq}`].process).toBe('dead');
  });

  test('is configured once, and handed over, when its leader is killed through ocho', async () => {
    const victim = await leader();
    await once(async () => {
      alive = without(victim);
      await stage.json('kill', 'demo.web', '-i', String(victim.seq));
    });
    expect(await leader()).not.toBe(victim);
  });

  test('is configured once when a pod is ended by SIGTERM', async () => {
    const victim = await follower();
    await once(async () => {
      alive = without(victim);
      victim.signal('SIGTERM');
      expect(await victim.exited).toBe(0);
    });
    expect(victim.recorded.at(-1)?.event).toBe('finalized');
  });

  test('is configured once when a pod dies without a word', async () => {
    alive = [...alive, stage.start(), stage.start()];
    await configured(alive.length);
    const victim = await follower();
    await once(async () => {
      alive = without(victim);
      victim.signal('SIGKILL');
    });
  });

  test('is configured once, and handed over, when its leader dies without a word', async () => {
    const victim = await leader();
    await once(async () => {
      alive = without(victim);
      victim.signal('SIGKILL');
    });
    expect(await leader()).not.toBe(victim);
  });

  const without = (victim: PodProcess) => alive.filter((pod) => pod !== victim);
  const configured = (size: number) =>
    eventually(`${size} pods are configured`, () => alive.every(({ lastView }) => lastView?.size === size));

  /** Make a change: the survivors are configured once, and keep their numbers and their processes. */
  async function once(change: () => Promise<void>): Promise<void> {
    const before = new Map(alive.map((pod) => [pod, pod.configurations]));
    const identities = new Map(alive.map((pod) => [pod, identity(pod)]));
    await change();
    await configured(alive.length);
    const survivors = alive.filter((pod) => before.has(pod));
    const onceMore = (pod: PodProcess) => pod.configurations === (before.get(pod) as number) + 1;
    await eventually('all survivors were told', () => survivors.every(onceMore));
    await remains('configured once', () => survivors.every(onceMore));
    for (const pod of survivors) expect(identity(pod)).toBe(identities.get(pod));
  }

  const identity = ({ seq, pid }: PodProcess): string => `#${seq}, pid ${pid}`;

  async function leader(): Promise<PodProcess> {
    const rows = await stage.json('grep', 'demo.web');
    const [label] = Object.entries(rows).find(([, row]) => (row as { state: string }).state.startsWith('leader')) ?? [];
    return alive.find(({ seq }) => label === `demo.web #${seq}`) as PodProcess;
  }

  async function follower(): Promise<PodProcess> {
    const leading = await leader();
    return alive.find((pod) => pod !== leading) as PodProcess;
  }
});

describe.skipIf(missing)(titled('a strict cluster'), () => {
  test('restarts every process at every configuration', { timeout: 60_000 }, async () => {
    await using stage = await Stage.open();
    const first = stage.start({ settings: { process: { strict: true, grace: 1 } } });
    await eventually('configured', () => first.lastView?.size === 1);
    const { pid } = first;
    stage.start({ settings: { process: { strict: true, grace: 1 } } });
    await eventually('configured again', () => first.lastView?.size === 2, 10_000 + SESSION_SECONDS * 1000);

    expect(first.pid).not.toBe(pid);
  });
});
