import { type ClusterName, isOchoError, type Pod, type PodInfo, podLabel, qualified, withDeadline } from 'ochopod-core';
import type { LockHolder } from 'ochopod-core/registry';

import type { Workplace } from '../workplace.ts';

export interface Asked {
  readonly pods: readonly Pod[];
  readonly answers: ReadonlyMap<Pod, PodInfo>;
}

/** Looking into the queue takes a few reads; it must not keep what is known already. */
const LOOK_MS = 2000;

type Needs = Pick<Workplace, 'registry' | 'clock' | 'signal'>;

/**
 * Find the clusters whose living pods answer, and none of them as the leader: nobody configures those.
 *
 * @returns by qualified name, why that is and what can be done; without those of which ZooKeeper says nothing in time
 */
export async function findLeaderless(workplace: Needs, asked: Asked): Promise<ReadonlyMap<string, string>> {
  const clusters = new Map(asked.pods.map(({ name }) => [qualified(name), name]));
  const told = [...clusters].map(async ([cluster, name]) => {
    if (!lacksLeader(cluster, asked)) return [];
    const holder = await look(workplace, name);
    return holder === undefined ? [] : [[cluster, describe(holder, asked.pods)] as const];
  });
  return new Map((await Promise.all(told)).flat());
}

function lacksLeader(cluster: string, { pods, answers }: Asked): boolean {
  const infos = pods.filter(({ name }) => qualified(name) === cluster).flatMap((pod) => answers.get(pod) ?? []);
  return infos.some(({ process }) => process !== 'dead') && !infos.some(({ state }) => state.startsWith('leader'));
}

async function look({ registry, clock, signal }: Needs, name: ClusterName): Promise<LockHolder | undefined> {
  try {
    const deadline = { clock, ms: LOOK_MS, what: 'looking for the leader', parent: signal };
    return await withDeadline(deadline, (bounded) => registry.whoLeads(name, bounded));
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return undefined;
  }
}

function describe(holder: LockHolder, pods: readonly Pod[]): string {
  switch (holder.is) {
    case 'nobody':
      return '* no leader: nobody contends for the lock; a reset of its pods makes them contend again';
    case 'stranger':
      return `* no leader: the lock is held by ${holder.path}, which is no pod's; delete that znode`;
    case 'pod': {
      const pod = pods.find(({ key }) => key === holder.key);
      const who = pod === undefined ? `the pod ${holder.key}` : podLabel(pod);
      return `* no leader answers: ${who} has the lock, until it steps down or its session ends`;
    }
  }
}
