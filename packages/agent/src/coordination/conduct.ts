import {
  type BackoffPolicy,
  backoffMs,
  bugBehind,
  type Clock,
  type ClusterName,
  type ClusterSnapshot,
  failureOf,
  isOchoError,
  type LeadershipState,
  type OchoError,
  type Pod,
  podLabel,
  samePods,
  wantsView,
  withEither,
} from 'ochopod-core';
import type { ControlClient } from 'ochopod-core/control-client';
import { WatchGroup } from 'ochopod-core/registry';
import type { Mandate, Session } from 'ochopod-core/zookeeper';

import type { ScriptLog } from '../script/pod-script.ts';
import { byKey, ClusterWatch } from './cluster-watch.ts';
import { type ConfigurationResult, configureCluster } from './configure-cluster.ts';
import { type Decision, decide, type Situation } from './decide.ts';
import { digestOf } from './digest.ts';
import { describeUnplaced, describeUnreadable } from './left-out.ts';
import { Records } from './records.ts';
import { type SharedRoom, shareRoom } from './room.ts';
import { describeFailures, type PodFailure, Setbacks } from './setbacks.ts';

/** How the cluster is to be led; times in milliseconds. */
export interface LeadershipSettings {
  readonly damperMs: number;
  readonly dependsOn: readonly string[];
  readonly fullShutdown: boolean;
  readonly graceMs: number;
  readonly sequential: boolean;
  readonly configureAttempts: number;
}

export interface ConductOptions {
  readonly session: Session;
  readonly name: ClusterName;
  readonly settings: LeadershipSettings;
  readonly control: Pick<ControlClient, 'control'>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: ScriptLog;
  /** Told of every change of what the leader is at, and why. */
  readonly onDecision: (state: LeadershipState, decision: Decision) => void;
  /** Told after every configuration that succeeded, and once the cluster is found as it was recorded. */
  readonly onConfigured: (snapshot: ClusterSnapshot) => void;
}

/** Between two tries at the same configuration. */
const RETRY: BackoffPolicy = { firstMs: 250, maxMs: 30_000, factor: 2, jitter: 0.3 };

/**
 * Lead a cluster: watch its pods and what it depends on, and configure whenever that changes.
 *
 * @returns never; throws when leadership ends (`leading.reason`) or cannot go on
 */
export async function conduct(options: ConductOptions, mandate: Mandate, leading: AbortSignal): Promise<never> {
  const leadership = new Leadership(options, mandate, leading);
  try {
    return await leadership.run();
  } finally {
    await leadership.end();
  }
}

class Leadership {
  readonly #options: ConductOptions;
  readonly #mandate: Mandate;
  readonly #signal: AbortSignal;
  readonly #group: WatchGroup;
  readonly #records: Records;
  readonly #watch: ClusterWatch;
  readonly #setbacks: Setbacks;
  #digest = '';
  /** An earlier leader's snapshot may stand and be right, but nobody was told of it. */
  #hasRecorded = false;
  /** Nodes of which a bug was told. */
  readonly #told = new Set<string>();
  /** Since when the cluster is not as it was recorded. */
  #changedAt: number | undefined;
  #retry: (Situation['retry'] & { readonly digest: string; readonly failures: number }) | undefined;

  constructor(options: ConductOptions, mandate: Mandate, leading: AbortSignal) {
    this.#options = options;
    this.#mandate = mandate;
    this.#group = new WatchGroup(leading);
    this.#signal = this.#group.signal;
    this.#records = new Records(options.session, options.name, { mandate, needs: options.settings.dependsOn });
    const { session, name, clock, random, settings } = options;
    this.#watch = new ClusterWatch({ session, name, dependsOn: settings.dependsOn, group: this.#group });
    this.#setbacks = new Setbacks({ attempts: settings.configureAttempts, now: () => clock.now(), random });
  }

  /** Bounded by the life of the session. */
  async end(): Promise<void> {
    this.#group.end();
    await this.#records.withdraw();
  }

  async run(): Promise<never> {
    await this.#records.takeOver(this.#signal);
    this.#group.start('records', (signal) => this.#records.keep((path) => this.#onRestored(path), signal));
    this.#watch.begin();
    for (;;) {
      await this.#watch.untilKnown();
      const decision = decide(this.#situation());
      this.#options.onDecision(STATES[decision.action], decision);
      await this.#act(decision);
    }
  }

  /** Alive, not set aside, and with room in the record, in the order of seq. */
  #pods(): readonly Pod[] {
    return this.#room().fitting;
  }

  #room(): SharedRoom {
    return shareRoom(this.#watch.alive.filter(({ key }) => !this.#setbacks.isAside(key)));
  }

  #situation(): Situation {
    const { name, clock, settings } = this.#options;
    this.#tellBugs();
    // Nobody waits for a pod that left or died, whatever it still owes us an answer to.
    this.#setbacks.keep(new Set(this.#watch.alive.map(({ key }) => key)));
    const room = this.#room();
    const pods = room.fitting;
    this.#digest = digestOf(this.#watch.snapshot(pods));
    if (this.#digest === this.#records.hash) this.#changedAt = undefined;
    else this.#changedAt ??= clock.now();
    return {
      now: clock.now(),
      size: pods.length,
      digest: this.#digest,
      recorded: this.#records.hash,
      snapshotCurrent: this.#hasRecorded && samePods(this.#records.pods, byKey(pods)),
      changedAt: this.#changedAt ?? clock.now(),
      damperMs: settings.damperMs,
      awaited: this.#watch.awaited,
      retry: this.#retry?.digest === this.#digest ? this.#retry : undefined,
      aside: this.#setbacks.aside,
      due: this.#setbacks.due,
      circle: this.#watch.circle,
      leftOut: [...describeUnreadable(name, this.#watch.unreadable), ...describeUnplaced(room)],
    };
  }

  #onRestored(path: string): void {
    this.#options.log.warn(`somebody changed ${path}, which is the leader's: it is as it was again`);
  }

  /** A bug is told with its stack, once. */
  #tellBugs(): void {
    for (const { node, error } of this.#watch.unreadable) {
      const bug = bugBehind(error);
      if (bug === undefined || this.#told.has(node)) continue;
      this.#told.add(node);
      this.#options.log.error(`${node} provoked a bug: ${bug.stack}`);
    }
  }

  async #act({ action, at }: Decision): Promise<void> {
    switch (action) {
      case 'rest':
      case 'wait':
        return this.#untilChangedOr(at);
      case 'recheck':
        return this.#recheck();
      case 'record':
        return this.#record(this.#digest, this.#watch.snapshot(this.#pods()));
      case 'configure':
        return this.#configure();
    }
  }

  async #untilChangedOr(at: number | undefined): Promise<void> {
    if (at === undefined) return this.#group.next();
    const { clock } = this.#options;
    const woken = new AbortController();
    // The clock only wakes the group, so that one wait serves both.
    void clock.sleep(Math.max(0, at - clock.now()), woken.signal).then(
      () => this.#group.changed(),
      () => {},
    );
    try {
      await this.#group.next();
    } finally {
      woken.abort();
    }
  }

  async #configure(): Promise<void> {
    const digest = this.#digest;
    const pods = this.#pods();
    const snapshot = this.#watch.snapshot(pods);
    const result = await this.#take(pods, snapshot);
    switch (result.kind) {
      case 'dead':
        for (const pod of result.dead) this.#watch.foundDead(pod);
        return;
      case 'failed':
        return this.#onFailed(result, digest);
      case 'configured':
        this.#retry = undefined;
        for (const { key } of pods) this.#setbacks.forget(key);
        return this.#record(digest, snapshot);
    }
  }

  async #record(digest: string, snapshot: ClusterSnapshot): Promise<void> {
    await this.#records.configured(digest, snapshot.pods, this.#signal);
    this.#hasRecorded = true;
    this.#options.onConfigured(snapshot);
  }

  #take(pods: readonly Pod[], snapshot: ClusterSnapshot): Promise<ConfigurationResult> {
    const { control, clock, settings } = this.#options;
    const conductor = {
      ...settings,
      control,
      clock,
      fence: this.#mandate.fence,
      beforeChange: (signal: AbortSignal) => this.#records.invalidate(signal),
      confirm: (signal: AbortSignal) => this.#records.confirm(signal),
      left: (pod: Pod) => this.#watch.left(pod),
    };
    return configureCluster({ pods, snapshot }, conductor, this.#signal);
  }

  #onFailed({ failures, others }: { failures: readonly PodFailure[]; others: boolean }, digest: string): void {
    for (const failure of failures) this.#count(failure, others);
    this.#postpone(digest, describeFailures(failures));
  }

  #count(failure: PodFailure, others: boolean): void {
    const bug = bugBehind(failure.error);
    if (bug !== undefined) this.#options.log.error(`${podLabel(failure.pod)} provoked a bug: ${bug.stack}`);
    this.#setbacks.count(failure, others);
  }

  #postpone(digest: string, because: string): void {
    const { clock, random, log } = this.#options;
    log.warn(`the cluster could not be configured: ${because}`);
    const tries = this.#retry?.digest === digest ? this.#retry.failures + 1 : 1;
    this.#retry = { digest, failures: tries, at: clock.now() + backoffMs(RETRY, tries, random()), because };
  }

  /** In the background: a pod that does not answer must not hold up those that do. */
  #recheck(): void {
    for (const { pod } of this.#setbacks.due) {
      this.#setbacks.asking(pod.key);
      this.#group.start(`recheck of ${pod.key}`, async (signal) => {
        await this.#recheckPod(pod, signal);
        this.#group.changed();
      });
    }
  }

  async #recheckPod(pod: Pod, signal: AbortSignal): Promise<void> {
    const { control, settings } = this.#options;
    const view = wantsView(pod.registration, 'check') && {
      payload: { ...this.#watch.snapshot([...this.#pods(), pod]), key: pod.key },
    };
    const left = this.#watch.left(pod);
    try {
      const call = { task: 'check', ...view, fence: this.#mandate.fence } as const;
      await withEither([signal, left], (bounded) =>
        control.control(pod, call, { timeoutMs: settings.graceMs, signal: bounded }),
      );
      this.#setbacks.readmit(pod.key);
    } catch (error) {
      signal.throwIfAborted();
      if (isOchoError(error, 'FENCED')) await this.#records.confirm(signal);
      this.#onRecheckFailed(pod, failureOf(podLabel(pod), error));
    }
  }

  #onRecheckFailed(pod: Pod, error: OchoError): void {
    if (isOchoError(error, 'POD_DEAD')) this.#watch.foundDead(pod);
    else this.#count({ pod, error }, true);
  }
}

const STATES: Readonly<Record<Decision['action'], LeadershipState>> = {
  rest: 'leader',
  record: 'leader',
  recheck: 'leader',
  wait: 'leader (configuration pending)',
  configure: 'leader (configuring)',
};
