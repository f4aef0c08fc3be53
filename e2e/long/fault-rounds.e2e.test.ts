import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, type PodProcess, SESSION_SECONDS, Stage, titled } from '../support/stage.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 50);
const SESSION_MS = SESSION_SECONDS * 1000;
const CLUSTER = 'demo.web';

interface Scene {
  readonly stage: Stage;
  readonly proxy: TcpProxy;
  /** The first one reaches ZooKeeper through the proxy. */
  readonly pods: readonly PodProcess[];
}

/** One fault each, over when it returns. */
const FAULTS: Readonly<Record<string, (scene: Scene) => Promise<void>>> = {
  'the server is down for 2 s': async ({ stage: { zookeeper } }) => {
    await zookeeper.kill();
    await delay(2000);
    await zookeeper.start();
  },
  'the server hangs for twice the session': async ({ stage: { zookeeper } }) => {
    zookeeper.pause();
    await delay(2 * SESSION_MS);
    zookeeper.resume();
  },
  'one pod is cut off for half a session': (scene) => cutOff(scene, 0.5),
  'one pod is cut off for two sessions': (scene) => cutOff(scene, 2),
  'one pod is cut off for five sessions': (scene) => cutOff(scene, 5),
  'the connections of one pod are torn': async ({ proxy }) => {
    proxy.cut();
    await delay(300);
    proxy.restore();
  },
  'a session expires while its pod is paused': async ({ pods }) => {
    const pod = pods[Math.floor(Math.random() * pods.length)] as PodProcess;
    pod.signal('SIGSTOP');
    await delay(1.5 * SESSION_MS);
    pod.signal('SIGCONT');
  },
};

describe.skipIf(missing)(titled('rounds of faults'), () => {
  test(`${ROUNDS} without one miss`, async () => {
    await using stage = await Stage.open();
    const proxy = await startTcpProxy(stage.zookeeper.port);
    const pods = [stage.start({ zk: `127.0.0.1:${proxy.port}` }), stage.start(), stage.start()];
    await eventually('three are configured', () => pods.every(({ lastView }) => lastView?.size === 3));
    const before = pods.map(identity).sort();

    const names = Object.keys(FAULTS);
    for (let round = 0; round < ROUNDS; round += 1) {
      const name = names[round % names.length] as string;
      await FAULTS[name]?.({ stage, proxy, pods });
      const repaired = performance.now();
      await eventually(`round ${round}: ${name}: all are back`, () => isWhole(stage), 2 * SESSION_MS);
      console.log(`round ${round}: ${name}: back after ${Math.round(performance.now() - repaired)} ms`);
      expect(pods.map(identity).sort()).toEqual(before);
      expect(pods.map(({ output }) => output.match(/process started/g)?.length)).toEqual([1, 1, 1]);
    }
    await proxy.close();
  });
});

const identity = ({ seq, pid }: PodProcess): string => `#${seq}, pid ${pid}`;

/** Three pods under their old numbers, running, one of them leading. */
async function isWhole(stage: Stage): Promise<boolean> {
  const rows = (await stage.json('grep', CLUSTER)) as Record<string, { state?: string; process?: string }>;
  const pods = Object.values(rows);
  return (
    Object.keys(rows).join() === [0, 1, 2].map((seq) => `${CLUSTER} #${seq}`).join() &&
    pods.every((pod) => pod.process === 'running') &&
    pods.filter(({ state }) => state === 'leader').length === 1
  );
}

async function cutOff({ proxy }: Scene, sessions: number): Promise<void> {
  proxy.hold();
  await delay(sessions * SESSION_MS);
  proxy.restore();
}
