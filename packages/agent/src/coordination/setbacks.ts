import { type BackoffPolicy, backoffMs, isOchoError, type OchoError, type Pod, podLabel } from 'ochopod-core';

/** A pod that could not be configured. */
export interface Setback {
  readonly pod: Pod;
  /** Times in a row that it did not do its part. */
  readonly failures: number;
  readonly error: OchoError;
  /**
   * Until when the others go on without it, in milliseconds; infinite while it is being asked again, `undefined` while
   * it still counts and holds the others up.
   */
  readonly asideUntilMs: number | undefined;
}

export interface PodFailure {
  readonly pod: Pod;
  readonly error: OchoError;
}

export interface SetbackRules {
  /** Failures in a row before the others go on without a pod. One is enough when it does not answer in time. */
  readonly attempts: number;
  readonly now: () => number;
  readonly random: () => number;
}

/** When a pod that was set aside is asked again. */
const ASIDE: BackoffPolicy = { firstMs: 5000, maxMs: 600_000, factor: 2, jitter: 0.2 };

/** Which pods could not be configured, how often, and without which the others go on. */
export class Setbacks {
  readonly #rules: SetbackRules;
  readonly #byKey = new Map<string, Setback>();

  constructor(rules: SetbackRules) {
    this.#rules = rules;
  }

  /** Those without which the others go on. */
  get aside(): readonly Setback[] {
    return [...this.#byKey.values()].filter(({ asideUntilMs }) => asideUntilMs !== undefined);
  }

  /** Those whose time has come to be asked again. */
  get due(): readonly Setback[] {
    return this.aside.filter(({ asideUntilMs = Number.POSITIVE_INFINITY }) => asideUntilMs <= this.#rules.now());
  }

  isAside(key: string): boolean {
    return this.#byKey.get(key)?.asideUntilMs !== undefined;
  }

  /**
   * Count one more failure of a pod.
   *
   * @param others whether other pods did their part: when nobody can be configured it is not this pod's fault
   */
  count({ pod, error }: PodFailure, others: boolean): void {
    const { attempts, now, random } = this.#rules;
    const failures = (this.#byKey.get(pod.key)?.failures ?? 0) + 1;
    const hopeless = this.isAside(pod.key) || isOchoError(error, 'TIMEOUT') || failures >= attempts;
    const again = now() + backoffMs(ASIDE, Math.max(1, failures - attempts + 1), random());
    this.#byKey.set(pod.key, { pod, failures, error, asideUntilMs: others && hopeless ? again : undefined });
  }

  /** Say that a pod is being asked again. */
  asking(key: string): void {
    this.#change(key, Number.POSITIVE_INFINITY);
  }

  /** Let a pod take part again; its failures count until a configuration succeeds with it. */
  readmit(key: string): void {
    this.#change(key, undefined);
  }

  /** Forget all but these. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of this.#byKey.keys()) if (!keys.has(key)) this.#byKey.delete(key);
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }

  #change(key: string, asideUntilMs: number | undefined): void {
    const before = this.#byKey.get(key);
    if (before !== undefined) this.#byKey.set(key, { ...before, asideUntilMs });
  }
}

/** Who is waited for and why, in words for an operator. */
export function describeFailures(failures: readonly PodFailure[]): string {
  return failures.map(describeFailure).join('; ');
}

/** Errors of the control client name the pod already. */
function describeFailure({ pod, error }: PodFailure): string {
  return error.message.startsWith(podLabel(pod)) ? error.message : `${podLabel(pod)}: ${error.message}`;
}
