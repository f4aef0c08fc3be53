import type { ClusterName, ClusterSnapshot, Pod, Registrations } from 'ochopod-core';
import {
  type ClusterMembers,
  type DependenciesNow,
  type UnreadableNode,
  type WatchGroup,
  watchCircle,
  watchDependencies,
  watchPods,
} from 'ochopod-core/registry';
import type { Session } from 'ochopod-core/zookeeper';

import { podLeft } from './configure-cluster.ts';

export interface ClusterWatchOptions {
  readonly session: Session;
  readonly name: ClusterName;
  readonly dependsOn: readonly string[];
  /** Told of every change, and ends the watches. */
  readonly group: WatchGroup;
}

/** What a leader sees: the pods of its cluster and those of every dependency, kept up to date by watches. */
export class ClusterWatch {
  readonly #options: ClusterWatchOptions;
  readonly #presence = new Map<string, AbortController>();
  /** Found shut down although their registration does not say so: older agents do not mark it. */
  readonly #dead = new Set<string>();
  #members: ClusterMembers | undefined;
  #dependencies: DependenciesNow | undefined;
  #circle: readonly string[] = [];

  constructor(options: ClusterWatchOptions) {
    this.#options = options;
  }

  begin(): void {
    const { session, name, dependsOn, group } = this.#options;
    group.start('pods', async (signal) => {
      for await (const members of watchPods(session, name, signal)) this.#onMembers(members);
    });
    if (dependsOn.length === 0) this.#dependencies = { pods: new Map(), awaited: [] };
    else {
      group.start('dependencies', (signal) => this.#followDependencies(signal));
      group.start('circle', (signal) => this.#followCircle(signal));
    }
  }

  /** Resolve once everything has been seen at least once. */
  async untilKnown(): Promise<void> {
    const { group } = this.#options;
    while (this.#members === undefined || this.#dependencies === undefined) await group.next();
  }

  /** In the order of seq, without those that are shut down for good. */
  get alive(): readonly Pod[] {
    const isDead = ({ key, registration }: Pod) => registration.dead === 'true' || this.#dead.has(key);
    return (this.#members?.pods ?? []).filter((pod) => !isDead(pod));
  }

  /** What stands among the registrations and is no pod, but for what is only just coming. */
  get unreadable(): readonly UnreadableNode[] {
    return (this.#members?.unreadable ?? []).filter(({ isComing }) => !isComing);
  }

  /** Clusters that we depend on, that have pods, that no configuration is known of, and that do not wait for us. */
  get awaited(): readonly string[] {
    return (this.#dependencies?.awaited ?? []).filter((name) => !this.#circle.includes(name));
  }

  /** Clusters that we depend on and that depend on us: none of them waits for another. */
  get circle(): readonly string[] {
    return this.#circle;
  }

  snapshot(pods: readonly Pod[]): ClusterSnapshot {
    const { dependsOn } = this.#options;
    return {
      pods: byKey(pods),
      dependencies: Object.fromEntries(dependsOn.map((entry) => [entry, this.#dependencies?.pods.get(entry) ?? {}])),
    };
  }

  /** Aborts when the pod leaves the cluster. */
  left({ key }: Pod): AbortSignal {
    return this.#presence.get(key)?.signal ?? AbortSignal.abort(podLeft());
  }

  /** Count a pod among the dead, whatever its registration says. */
  foundDead({ key }: Pod): void {
    this.#dead.add(key);
  }

  async #followDependencies(signal: AbortSignal): Promise<void> {
    const { session, name, dependsOn, group } = this.#options;
    for await (const now of watchDependencies(session, { entries: dependsOn, own: name }, signal)) {
      this.#dependencies = now;
      group.changed();
    }
  }

  async #followCircle(signal: AbortSignal): Promise<void> {
    const { session, name, dependsOn, group } = this.#options;
    for await (const circle of watchCircle(session, { entries: dependsOn, own: name }, signal)) {
      this.#circle = circle;
      group.changed();
    }
  }

  #onMembers(members: ClusterMembers): void {
    this.#members = members;
    const present = new Set(members.pods.map(({ key }) => key));
    for (const [key, presence] of this.#presence) {
      if (present.has(key)) continue;
      presence.abort(podLeft());
      this.#presence.delete(key);
      this.#dead.delete(key);
    }
    for (const key of present) if (!this.#presence.has(key)) this.#presence.set(key, new AbortController());
    this.#options.group.changed();
  }
}

export const byKey = (pods: readonly Pod[]): Registrations =>
  Object.fromEntries(pods.map(({ key, registration }) => [key, registration]));
