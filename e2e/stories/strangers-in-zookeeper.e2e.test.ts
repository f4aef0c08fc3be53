import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from 'ochopod-core';
import { connectSession, type Session } from 'ochopod-core/zookeeper';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, Stage, titled } from '../support/stage.ts';

const never = new AbortController().signal;
const CLUSTERS = '/ochopod/clusters';
const FAIR = { namespace: 'demo', cluster: 'web', ip: '127.0.0.1', port: '8080', ports: { 8080: 9 } };

/** What somebody else does in ZooKeeper costs its own row, and what is ours is right again. */
describe.skipIf(missing)(titled('a stranger in ZooKeeper'), () => {
  let stage: Stage;
  let stranger: Session;

  beforeEach(async () => {
    stage = await Stage.open();
    stranger = await connect();
  });

  afterEach(async () => {
    await stranger.close();
    await stage[Symbol.asyncDispose]();
  });

  test('that registers what is no pod costs its own row', async () => {
    stage.start();
    stage.start();
    await stage.untilRunning('demo.web', 2);
    const parent = `${CLUSTERS}/demo.web/pods`;
    const strangers = {
      inherited: JSON.stringify({ ...FAIR, port: 'toString', ports: {} }),
      prototype: JSON.stringify({ ...FAIR, port: '__proto__', ports: {} }),
      deep: JSON.stringify(FAIR).replace(/}$/, `,"x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`),
      large: JSON.stringify({ ...FAIR, blob: 'x'.repeat(1_000_000) }),
    };
    for (const [key, data] of Object.entries(strangers)) {
      await stranger.createTicket({ parent, prefix: `${key}.`, data }, never);
    }
    const third = stage.start();
    await stage.untilRunning('demo.web', 3, 7);

    expect(third.lastView?.size).toBe(3);
    const { 'demo.web': row } = await stage.json('ls', 'demo.web');
    for (const key of Object.keys(strangers)) expect(row.status).toContain(`demo.web ${key}.`);
    expect(Object.keys(row.failed)).toHaveLength(4);
    for (const command of ['ls', 'grep', 'info', 'log', 'poll', 'port']) {
      const args = command === 'port' ? ['port', '8080', 'demo.web'] : [command, 'demo.web'];
      const { code, stderr } = await stage.ocho(...args, '-t', '5s');
      expect([command, code === 1, stderr.includes('a bug in ocho')]).toEqual([command, false, false]);
    }
  });

  test.each<[string, (path: string) => Promise<void>]>([
    ['deletes', (path) => stranger.remove(path, never)],
    ['overwrites', (path) => stranger.set(path, 'garbage', never)],
  ])('that %s what a leader recorded disturbs nobody', async (_how, spoil) => {
    const base = stage.start({ cluster: 'base' });
    await stage.untilRunning('demo.base', 1);
    const model = { dependsOn: ['base'] };
    const early = stage.start({ cluster: 'early', settings: { model } });
    await stage.untilRunning('demo.early', 1);
    const paths = ['snapshot', 'hash'].map((each) => `${CLUSTERS}/demo.base/${each}`);
    const before = await Promise.all(paths.map((path) => dataOf(path)));
    const pids = [base.pid, early.pid];

    for (const path of paths) await spoil(path);
    await eventually('all is as it was', async () => {
      const after = await Promise.all(paths.map((path) => dataOf(path)));
      return after.join() === before.join();
    });
    const late = stage.start({ cluster: 'late', settings: { model } });
    await stage.untilRunning('demo.late', 1);

    expect(late.lastView?.dependencies['base']).toHaveLength(1);
    expect([base.pid, early.pid]).toEqual(pids);
    expect([base.configurations, early.configurations]).toEqual([1, 1]);
  });

  test('in the queue for the lock is named, with what to do', async () => {
    const place = `${CLUSTERS}/demo.web/coordinator/stranger__lock__0000000000`;
    await stranger.ensure(place, never);
    const pod = stage.start();
    await eventually('the status names it', async () => {
      const { 'demo.web': row } = await stage.json('ls', 'demo.web');
      return row?.status === `* no leader: the lock is held by ${place}, which is no pod's; delete that znode`;
    });
    expect(await stage.json('info', 'demo.web')).toMatchObject({ leaderless: expect.stringContaining(place) });

    await stranger.remove(place, never);
    await stage.untilRunning('demo.web', 1);
    expect(pod.configurations).toBe(1);
  });

  test('is not to blame when clusters need each other: they are configured, and say so', async () => {
    const pods = ['a', 'b'].map((cluster) =>
      stage.start({ cluster, settings: { model: { dependsOn: [cluster === 'a' ? 'b' : '*'] } } }),
    );
    await eventually('each sees the other', () =>
      pods.every(({ lastView }) => Object.values(lastView?.dependencies ?? {})[0]?.length === 1),
    );
    const rows = await stage.json('ls', 'demo.*');
    expect(rows['demo.a'].status).toContain('depends in a circle on demo.b');
    expect(rows['demo.b'].status).toContain('depends in a circle on demo.a');
  });

  test('that wipes everything leaves no two pods with one number', async () => {
    for (let at = 0; at < 2; at += 1) {
      const gone = stage.start();
      await eventually('it is registered', () => gone.seq !== undefined);
      await gone.end();
    }
    const old = [stage.start(), stage.start(), stage.start()];
    await eventually('they are configured', () => old.every(({ lastView }) => lastView?.size === 3));

    await stranger.close();
    await stage.zookeeper.kill();
    rmSync(join(stage.zookeeper.directory, 'data'), { recursive: true, force: true });
    await stage.zookeeper.start();
    stranger = await connect();
    await eventually('the old are back', async () => (await registered()).length === 3);
    for (let at = 0; at < 4; at += 1) stage.start();
    await stage.untilRunning('demo.web', 7);

    const rows = await stage.json('grep', 'demo.web');
    expect(Object.keys(rows)).toHaveLength(7);
    expect(new Set(await registered()).size).toBe(7);
    await stage.ocho('off', 'demo.web', '-i', '4');
    const { 'demo.web': row } = await stage.json('ls', 'demo.web');
    expect(row).toMatchObject({ total: 7, running: 6 });
  });

  const connect = () => {
    const servers = `127.0.0.1:${stage.zookeeper.port}`;
    return connectSession({ servers, sessionTimeoutMs: 10_000, connectTimeoutMs: 10_000, clock: systemClock }, never);
  };

  const dataOf = async (path: string) => (await stranger.get(path, never))?.data;

  /** The numbers of the pods in ZooKeeper. */
  async function registered(): Promise<number[]> {
    const parent = `${CLUSTERS}/demo.web/pods`;
    const nodes = (await stranger.children(parent, never)) ?? [];
    const texts = await Promise.all(nodes.map((node) => dataOf(`${parent}/${node}`)));
    return texts.map((text) => JSON.parse(text ?? '{}').seq);
  }
});
