import { type ClusterName, DEFAULT_NAMESPACE, fnmatch, type Pod, qualified } from 'ochopod-core';

import type { Application, Scheduler, SchedulerReader, Task } from '../scheduler/index.ts';

import type { ClusterPattern } from '../words/cluster-pattern.ts';
import type { Workplace } from '../workplace.ts';

/** What is needed to look at applications. */
export interface FleetView extends Workplace {
  readonly scheduler: SchedulerReader;
}

/** What operations on applications work with. */
export interface FleetWorkplace extends FleetView {
  readonly scheduler: Scheduler;
}

/** What runs, seen from both sides: the scheduler's tasks and the pods in ZooKeeper, matched by the task's id. */
export interface Fleet {
  readonly applications: readonly FleetApplication[];
  /** Pods that no task of the scheduler belongs to. */
  readonly strays: readonly Pod[];
}

export interface FleetApplication {
  readonly application: Application;
  /** The cluster that its pods make up. */
  readonly cluster: ClusterName;
  readonly members: readonly FleetMember[];
}

export interface FleetMember {
  readonly task: Task;
  /** Nothing until it has registered. */
  readonly pod: Pod | undefined;
}

/** Match applications of ours with pods; applications that make up no cluster are nobody's business here. */
export function matchFleet(applications: readonly Application[], pods: readonly Pod[]): Fleet {
  const byTask = new Map(pods.map((pod) => [pod.registration.task, pod]));
  const ours = applications.flatMap((application) => {
    const cluster = clusterOf(application);
    if (cluster === undefined) return [];
    const members = application.tasks.map((task) => ({ task, pod: byTask.get(task.id) }));
    return [{ application, cluster, members }];
  });
  const matched = new Set(ours.flatMap(({ members }) => members.map(({ pod }) => pod)));
  return { applications: ours, strays: pods.filter((pod) => !matched.has(pod)) };
}

/** The cluster that an application says its pods belong to. */
export function clusterOf({ env }: Pick<Application, 'env'>): ClusterName | undefined {
  const { ochopod_cluster: cluster = '', ochopod_namespace: namespace } = env;
  return cluster === '' ? undefined : { cluster, namespace: namespace || DEFAULT_NAMESPACE };
}

/** Look at both sides at once; only what belongs to clusters that match. */
export async function findFleet(
  { registry, scheduler }: Pick<FleetView, 'registry' | 'scheduler'>,
  patterns: readonly ClusterPattern[],
  signal: AbortSignal,
): Promise<Fleet> {
  const globs = patterns.map(({ glob }) => glob);
  const [applications, { pods }] = await Promise.all([scheduler.list(signal), registry.listPods(globs, signal)]);
  const matches = (name: ClusterName) => globs.some((glob) => fnmatch(glob)(qualified(name)));
  return matchFleet(
    applications.filter((application) => {
      const cluster = clusterOf(application);
      return cluster !== undefined && matches(cluster);
    }),
    pods,
  );
}
