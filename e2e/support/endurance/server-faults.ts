import { setTimeout as delay } from 'node:timers/promises';

import type { ZooKeeper } from '../../../scripts/zookeeper.mjs';
import { SESSION_MS } from './endurance-stage.ts';
import type { Fault, Scene } from './faults.ts';
import type { Cut } from './quorum.ts';

type Role = 'leading' | 'following';

/** What happens to the servers. */
export const SERVER_FAULTS: Readonly<Record<string, Fault>> = {
  'the leading server is killed': { happen: (scene) => killed(scene, 'leading') },
  'a following server is killed': { happen: (scene) => killed(scene, 'following') },
  'the leading server is paused': { happen: (scene) => paused(scene, 'leading') },
  'a following server is paused': { happen: (scene) => paused(scene, 'following') },
  'the leading server is cut off': { happen: (scene) => cutOff(scene, 'leading') },
  'a following server is cut off': { happen: (scene) => cutOff(scene, 'following') },
  'the majority of servers is killed': {
    happen: async ({ stage: { quorum }, random }) => {
      const lost = quorum.servers.toSpliced(random.below(3), 1);
      await Promise.all(lost.map((server) => server.kill()));
      await delay(sessions(random, 0.2, 1.5));
      await Promise.all(lost.map((server) => server.start()));
    },
  },
  'the majority of servers is paused': {
    happen: async ({ stage: { quorum }, random }) => {
      const lost = quorum.servers.toSpliced(random.below(3), 1);
      for (const server of lost) server.pause();
      await delay(sessions(random, 0.2, 1.5));
      for (const server of lost) server.resume();
      await quorum.roles();
    },
  },
  'one server after the other is restarted': {
    happen: async ({ stage: { quorum } }) => {
      for (const server of quorum.servers) {
        await server.kill();
        await server.start();
      }
    },
  },
  'all data is wiped': {
    happen: async ({ stage: { quorum } }) => {
      await Promise.all(quorum.servers.map((server) => server.kill()));
      for (const server of quorum.servers) server.wipe();
      await Promise.all(quorum.servers.map((server) => server.start()));
    },
  },
};

async function killed(scene: Scene, role: Role): Promise<void> {
  const server = await oneThatIs(role, scene);
  await server.kill();
  await delay(sessions(scene.random, 0, 1));
  await server.start();
}

async function paused(scene: Scene, role: Role): Promise<void> {
  const server = await oneThatIs(role, scene);
  server.pause();
  await delay(sessions(scene.random, 0.5, 1.5));
  server.resume();
  await scene.stage.quorum.roles();
}

async function cutOff(scene: Scene, role: Role): Promise<void> {
  const { stage, random } = scene;
  const server = await oneThatIs(role, scene);
  stage.isolate(server, random.pick<Cut>(['hold', 'cut']));
  await delay(sessions(random, 0.5, 1.5));
  stage.rejoin(server);
  await stage.quorum.roles();
}

async function oneThatIs(role: Role, { stage: { quorum }, random }: Scene): Promise<ZooKeeper> {
  const { leading, following } = await quorum.roles();
  return role === 'leading' ? leading : random.pick(following);
}

/** Milliseconds that are so many session timeouts. */
function sessions(random: Scene['random'], from: number, to: number): number {
  return SESSION_MS * (from + random.below(1000 * (to - from)) / 1000);
}
