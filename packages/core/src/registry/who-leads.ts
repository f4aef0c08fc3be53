import type { ClusterName } from '../domain/cluster-name.ts';
import { inQueueOrder } from '../zookeeper/recipes/lead.ts';
import type { Session } from '../zookeeper/session.ts';
import { coordinatorPath, podsPath } from './paths.ts';
import { parsePodNode } from './pod-node.ts';

/** Who holds the lock of a cluster, whatever it says of itself. */
export type LockHolder =
  | { readonly is: 'nobody' }
  /** @property key the registered pod's, whose session it is */
  | { readonly is: 'pod'; readonly key: string }
  /** @property path a znode at the head of the queue whose session, if it has any, is no registered pod's */
  | { readonly is: 'stranger'; readonly path: string };

/** Find out who holds the lock of a cluster: a pod contends for it in the session in which it is registered. */
export async function whoLeads(session: Session, name: ClusterName, signal: AbortSignal): Promise<LockHolder> {
  const queue = inQueueOrder((await session.children(coordinatorPath(name), signal)) ?? []);
  for (const place of queue) {
    const path = `${coordinatorPath(name)}/${place}`;
    const holder = await session.get(path, signal);
    if (holder === undefined) continue; // stepped down since
    const key =
      holder.owner === undefined ? undefined : await registeredBy(session, { name, owner: holder.owner }, signal);
    return key === undefined ? { is: 'stranger', path } : { is: 'pod', key };
  }
  return { is: 'nobody' };
}

async function registeredBy(
  session: Session,
  { name, owner }: { readonly name: ClusterName; readonly owner: string },
  signal: AbortSignal,
): Promise<string | undefined> {
  const nodes = ((await session.children(podsPath(name), signal)) ?? []).map(parsePodNode);
  const keys = nodes.map(async (node) => {
    const znode = node && (await session.get(`${podsPath(name)}/${node.name}`, signal));
    return znode?.owner === owner ? node?.key : undefined;
  });
  return (await Promise.all(keys)).find((key) => key !== undefined);
}
