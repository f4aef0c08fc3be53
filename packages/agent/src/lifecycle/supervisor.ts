import type { ClusterView, ProcessState } from 'ochopod-core';
import { modelOf, processOf } from '../script/script-settings.ts';
import { Configuration, type Launch } from './configuration.ts';
import { Failures } from './failures.ts';
import { never } from './mailbox.ts';
import type { PodEffect, PodEvent } from './pod-lifecycle.ts';
import { PodProcess, type PodProcessOptions } from './pod-process.ts';
import type { ProcessEnd } from './process-end.ts';
import { SanityChecks } from './sanity-checks.ts';

export interface SupervisorOptions extends Omit<PodProcessOptions, 'onStarted' | 'onEnded'> {
  /** The agent's own environment. */
  readonly env: Readonly<Record<string, string>>;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  /** Told of what happens by itself. */
  readonly onFact: (fact: Fact) => void;
}

/** Something that happened by itself. */
export interface Fact {
  readonly event: PodEvent;
  /** In words, for people. */
  readonly why: string;
  /** Whether it still matters, asked when its turn comes. */
  readonly isCurrent: () => boolean;
}

/** What one transition is done for. */
export interface Turn {
  readonly event: PodEvent;
  readonly signal: AbortSignal;
  /** What to configure for; the last one again when missing. */
  readonly view?: ClusterView | undefined;
}

/** Carries out what the lifecycle table says, and reports what the process does by itself. */
export class Supervisor implements Readonly<Record<PodEffect, (turn: Turn) => Promise<void>>> {
  readonly configuration: Configuration;
  readonly checks: SanityChecks;
  readonly failures: Failures;
  readonly #options: SupervisorOptions;
  readonly #process: PodProcess;
  #launch: Launch | undefined;
  #restarts = 0;
  #restartDue: AbortController | undefined;
  #isFinalizing = false;

  constructor(options: SupervisorOptions) {
    const { script, callbacks, clock, env, onFact } = options;
    this.#options = options;
    this.failures = new Failures(clock);
    this.#process = new PodProcess({ ...options, onStarted: () => this.#onStarted(), onEnded: onFact });
    this.configuration = new Configuration({
      callbacks,
      env,
      attempts: modelOf(script).configureAttempts,
      shell: processOf(script).shell,
    });
    this.checks = this.#createChecks();
  }

  #createChecks(): SanityChecks {
    const { script, callbacks, clock, log, onFact } = this.#options;
    const { checks, checkEvery, onUnhealthy } = modelOf(script);
    const event = onUnhealthy === 'off' ? 'checksExhausted' : 'unhealthy';
    return new SanityChecks({
      ...{ callbacks, clock, log, checks, everyMs: checkEvery * 1000 },
      process: () => this.running,
      onPassed: () => this.failures.passed(),
      onExhausted: (why, isCurrent) => onFact({ event, why, isCurrent }),
    });
  }

  get process(): Exclude<ProcessState, 'dead'> {
    if (this.#isFinalizing || this.#process.isStopping) return 'terminating';
    return this.running === undefined ? 'stopped' : 'running';
  }

  /** The process, while it runs. */
  get running(): PodProcess['running'] {
    return this.#process.running;
  }

  /** How the process ended last, or could not be started. */
  get lastEnd(): ProcessEnd | undefined {
    return this.#process.lastEnd;
  }

  /** How often a process was started again after it had failed. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Hand a signal on to the process, as if it had been sent to it alone; to nobody while none runs. */
  forward(name: NodeJS.Signals): void {
    this.#process.forward(name);
  }

  /** The environment of the process, or what it would be now. */
  get environment(): Readonly<Record<string, string>> {
    return this.#launch?.env ?? this.#options.env;
  }

  async configure({ view = this.configuration.view, signal }: Turn): Promise<void> {
    if (view === undefined) throw new Error('nothing to configure for');
    try {
      this.#launch = await this.configuration.prepare(view, await this.#process.previous(), signal);
    } catch (error) {
      this.configuration.failed();
      throw error;
    }
  }

  async accept({ view = this.configuration.view }: Turn): Promise<void> {
    if (view !== undefined) this.configuration.succeeded(view);
  }

  async spawn({ signal }: Turn): Promise<void> {
    signal.throwIfAborted();
    try {
      await this.#start();
    } catch (error) {
      this.configuration.failed();
      throw error;
    }
  }

  async respawn(): Promise<void> {
    this.#restarts += 1;
    await this.#start();
  }

  async backOff({ event }: Turn): Promise<void> {
    const { clock, log, random, onFact } = this.#options;
    this.failures.failed(event === 'unhealthy' ? 'unhealthy' : 'crashed');
    const ms = this.failures.backOffMs(random());
    const due = new AbortController();
    this.#restartDue = due;
    log.info({ failures: this.failures.inARow(false)?.count, ms }, 'restart scheduled');
    clock.sleep(ms, due.signal).then(
      () => onFact({ event: 'restartDue', why: 'it was time to start it again', isCurrent: () => !due.signal.aborted }),
      () => {}, // stood down
    );
  }

  async forget(): Promise<void> {
    this.failures.forget();
  }

  async standDown(): Promise<void> {
    this.#restartDue?.abort();
    this.#restartDue = undefined;
    this.checks.stop();
  }

  async tearDown(): Promise<void> {
    this.checks.stop();
    await this.#process.stop();
  }

  async finalize(): Promise<void> {
    this.#isFinalizing = true;
    const done = this.#options.callbacks.run('finalize', never(), (script, context) => script.finalize?.(context));
    await done.catch(() => {}); // logged; the pod ends all the same
    this.#isFinalizing = false;
  }

  async #start(): Promise<void> {
    if (this.#launch === undefined) throw new Error('nothing to start');
    await this.#process.start(this.#launch);
  }

  #onStarted(): void {
    this.failures.started();
    this.checks.start();
  }
}
