import { createHash } from 'node:crypto';
import {
  type ClusterName,
  canonicalText,
  type Pod,
  parseClusterName,
  parseSnapshot,
  podLabel,
  qualified,
  type Registrations,
} from 'ochopod-core';
import { coordinatorPath, hashPath, listPods, type PodListing, snapshotPath } from 'ochopod-core/registry';

import { type EnduranceStage, infoOf, type Member } from './endurance-stage.ts';

const never = new AbortController().signal;

/** What is wrong at this moment, in words; `undefined` when all is as it should be. */
export async function problemOf(stage: EnduranceStage): Promise<string | undefined> {
  const web = await registeredIn(stage, 'web');
  const front = await registeredIn(stage, 'front');
  return (
    problemOfList(stage, web) ??
    problemOfList(stage, front) ??
    (await problemOfRecords(stage, web, {})) ??
    (await problemOfRecords(stage, front, { web: web.registrations })) ??
    (await problemOfPods(stage, 'web')) ??
    (await problemOfPods(stage, 'front'))
  );
}

interface Listed extends PodListing {
  readonly cluster: Member['cluster'];
  readonly name: ClusterName;
  readonly registrations: Registrations;
}

async function registeredIn(stage: EnduranceStage, cluster: Member['cluster']): Promise<Listed> {
  const name = parseClusterName(`demo.${cluster}`);
  const listing = await listPods(await stage.observer.session(), [qualified(name)], never);
  const registrations = Object.fromEntries(listing.pods.map(({ key, registration }) => [key, registration]));
  return { ...listing, cluster, name, registrations };
}

/** Everybody is listed once, under a number of their own. */
function problemOfList(stage: EnduranceStage, { cluster, pods, problems }: Listed): string | undefined {
  const [unreadable] = problems;
  if (unreadable !== undefined) return `${unreadable.node} in ${cluster} is ${unreadable.reason}`;
  const listed = pods.map((pod) => `${podLabel(pod)} at ${portOf(pod)}`);
  const expected = stage.of(cluster).map(({ pod }) => `demo.${cluster} #${pod.seq} at ${pod.port}`);
  if (new Set(pods.map(({ seq }) => seq)).size < pods.length) return `a number is there twice: ${listed.join(', ')}`;
  if (listed.toSorted().join() === expected.toSorted().join()) return undefined;
  return `listed are ${listed.join(', ') || 'none'} and not ${expected.join(', ')}`;
}

/** What the leader wrote is what there is, and nobody contends but those who are there. */
async function problemOfRecords(
  { observer }: EnduranceStage,
  { cluster, name, registrations }: Listed,
  dependencies: Readonly<Record<string, Registrations>>,
): Promise<string | undefined> {
  const queue = await observer.children(coordinatorPath(name));
  const count = Object.keys(registrations).length;
  if (queue.length !== count) return `${queue.length} contend in ${cluster}, and not ${count}`;
  const snapshot = parseSnapshot((await observer.data(snapshotPath(name))) ?? '');
  if (digest(snapshot) !== digest(registrations)) return `the snapshot of ${cluster} is not what is registered`;
  const hash = await observer.data(hashPath(name));
  const right = digest(registrations, dependencies);
  return hash === right ? undefined : `the hash of ${cluster} is ${hash || 'empty'} and not ${right}`;
}

/** What the pods themselves say, and were told. */
async function problemOfPods(stage: EnduranceStage, cluster: Member['cluster']): Promise<string | undefined> {
  const members = stage.of(cluster);
  const told = await Promise.all(members.map(infoOf));
  const idle = told.find(({ process }) => process !== 'running');
  if (idle !== undefined) return `a process of ${cluster} is ${idle.process}`;
  const [leader, ...more] = told.filter(({ state }) => state !== 'follower');
  if (leader === undefined || more.length > 0)
    return `${cluster} has ${leader === undefined ? 'no' : 'several'} leaders`;
  if (leader.state !== 'leader' || leader.status.startsWith('*'))
    return `the leader of ${cluster} is ${leader.state}: ${leader.status}`;
  const astray = members.find((member) => !isRightlyTold(stage, member));
  return astray && `${cluster} #${astray.pod.seq} was told otherwise`;
}

function isRightlyTold(stage: EnduranceStage, { cluster, pod }: Member): boolean {
  const view = pod.lastView;
  if (view === undefined || view.size !== stage.of(cluster).length || view.seq !== pod.seq) return false;
  return cluster === 'web' || view.dependencies['web']?.length === stage.of('web').length;
}

/** What a configuration is recognised by, said once more: not by the code that is tried here. */
function digest(pods: Registrations, dependencies: Readonly<Record<string, Registrations>> = {}): string {
  const text = canonicalText({ pods, dependencies });
  const pairs = createHash('sha256').update(text).digest('hex').slice(0, 32).match(/../g) ?? [];
  return pairs.join(':');
}

const portOf = ({ registration: { port, ports } }: Pod): number | undefined => ports[port];
