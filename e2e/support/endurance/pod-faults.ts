import { setTimeout as delay } from 'node:timers/promises';
import { parseClusterName } from 'ochopod-core';

import { type EnduranceStage, type Member, SESSION_MS } from './endurance-stage.ts';
import type { Fault, Scene } from './faults.ts';
import { LYING, startLiar } from './liar.ts';

type Happens = (member: Member, scene: Scene) => Promise<void>;

/** What happens to agents, and on their ways to the servers. */
export const POD_FAULTS: Readonly<Record<string, Fault>> = {
  ...bothOf('is killed, and another one comes', replaced('SIGKILL')),
  ...bothOf('is stopped, and another one comes', replaced('SIGTERM')),
  ...bothOf('is paused until its session is over', async ({ pod }) => {
    pod.signal('SIGSTOP');
    await delay(1.5 * SESSION_MS);
    pod.signal('SIGCONT');
  }),
  ...bothOf('is cut off from every server', async ({ ways }, { random }) => {
    const cut = random.pick(['hold', 'cut'] as const);
    for (const way of ways) way[cut]();
    await delay(SESSION_MS * random.pick([0.3, 0.7, 1.2, 2]));
    for (const way of ways) way.restore();
  }),
  'a pod has its connections torn in the middle of an answer': {
    happen: async ({ stage, random }) => {
      const { ways } = random.pick(stage.members);
      for (const way of ways) way.cutAfter(random.below(60));
      await delay(300);
      for (const way of ways) way.restore();
    },
  },
  'a pod is slow': {
    happen: async ({ stage, random }) => {
      const { pod } = random.pick(stage.members);
      for (let turn = 0; turn < 8; turn += 1) {
        pod.signal('SIGSTOP');
        await delay(random.below(300));
        pod.signal('SIGCONT');
        await delay(random.below(60));
      }
    },
  },
  ...Object.fromEntries(
    LYING.map((lie): [string, Fault] => {
      return [`a pod comes that ${lie}`, { disturbs: 'everybody', happen: ({ stage }) => liedTo(stage, lie) }];
    }),
  ),
};

function bothOf(what: string, happens: Happens): Record<string, Fault> {
  return {
    [`the leader ${what}`]: {
      happen: async (scene) => happens(await scene.stage.leaderOf(scene.random.pick(['web', 'front'])), scene),
    },
    [`a pod ${what}`]: { happen: async (scene) => happens(scene.random.pick(scene.stage.members), scene) },
  };
}

function replaced(signal: 'SIGKILL' | 'SIGTERM'): Happens {
  return async (member, { stage }) => {
    member.pod.signal(signal);
    await member.pod.exited;
    await stage.forget(member);
    await stage.start(member.cluster);
  };
}

/** The others must not wait for the liar longer than they are asked to. */
async function liedTo({ observer }: EnduranceStage, lie: string): Promise<void> {
  const session = await observer.session();
  await using _liar = await startLiar(session, { name: parseClusterName('demo.web'), lie });
  await delay(SESSION_MS);
}
