import {
  type ClusterView,
  messageOf,
  OchoError,
  type ProcessFacts,
  type ProcessState,
  parseClusterView,
  withEither,
} from 'ochopod-core';
import { authorsJson } from '../authors-json.ts';

import type { Log } from '../logging.ts';
import type { Metrics, PodScript } from '../script/pod-script.ts';
import { processOf } from '../script/script-settings.ts';
import type { ControlRequest, SupervisedPod } from '../supervised-pod.ts';
import { asRefusal } from './configuration.ts';
import { decideOn } from './decide-on.ts';
import { Mailbox, never, shuttingDown } from './mailbox.ts';
import { type Occasion, PodAccount } from './pod-account.ts';
import { POD_LIFECYCLE, type PodEffect, type PodEvent, type PodState } from './pod-lifecycle.ts';
import { type Fact, Supervisor, type SupervisorOptions, type Turn } from './supervisor.ts';

export interface PodOptions extends Omit<SupervisorOptions, 'onFact'> {
  readonly log: Log;
  /** Whether the leader's first `on` starts the process; else it takes an operator's. */
  readonly startsOnItsOwn: boolean;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
}

/** How often things happened, for monitoring. */
export interface PodCounters {
  readonly configurations: number;
  readonly restarts: number;
  readonly sanityFailures: number;
}

/** One transition, and what it is said to be for. */
interface Move extends Omit<Turn, 'event'> {
  /** Who asked for it, when somebody did. */
  readonly by?: 'leader' | 'operator' | 'agent';
  /** What happened, in words, when something did. */
  readonly why?: string;
}

/** Runs the lifecycle table: one request or fact at a time, in the order they arrived. */
export class SupervisingPod implements SupervisedPod {
  readonly #options: PodOptions;
  readonly #supervisor: Supervisor;
  readonly #mailbox = new Mailbox();
  readonly #dead = new AbortController();
  readonly #closing = new AbortController();
  readonly #account: PodAccount;
  #state: PodState = 'stopped';
  #fence: bigint | undefined;
  #isHeld: boolean;
  #configurations = 0;
  #ended: Promise<void> | undefined;

  constructor(options: PodOptions) {
    this.#options = options;
    this.#isHeld = !options.startsOnItsOwn;
    this.#supervisor = new Supervisor({ ...options, onFact: (fact) => this.#onFact(fact) });
    this.#account = new PodAccount(options);
  }

  get process(): ProcessState {
    return this.#state === 'dead' ? 'dead' : this.#supervisor.process;
  }

  get metrics(): Metrics {
    return this.#supervisor.running === undefined ? {} : this.#supervisor.checks.metrics;
  }

  get configured(): boolean {
    return this.#state !== 'dead' && this.#supervisor.configuration.stands;
  }

  get dead(): AbortSignal {
    return this.#dead.signal;
  }

  get counters(): PodCounters {
    return {
      configurations: this.#configurations,
      restarts: this.#supervisor.restarts,
      sanityFailures: this.#supervisor.checks.failures,
    };
  }

  /** The view of the configuration that stands. */
  get view(): ClusterView | undefined {
    return this.configured ? this.#supervisor.configuration.view : undefined;
  }

  /** What is told of the process. */
  get facts(): ProcessFacts {
    return this.#account.facts(this.#state, this.#supervisor);
  }

  /** The environment of the sub-process, for tools. */
  get environment(): Readonly<Record<string, string>> {
    return this.#supervisor.environment;
  }

  /** Hand a signal on to the process. */
  forward(name: NodeJS.Signals): void {
    this.#supervisor.forward(name);
  }

  /**
   * Told the number of our latest registration, which leaders draw from the same series as their fences: one that is
   * not higher than a fence seen before means that ZooKeeper's history has begun anew, and with it the fences.
   */
  forgetFenceAfter(registration: bigint): void {
    if (this.#fence !== undefined && this.#fence >= registration) this.#fence = undefined;
  }

  async perform(request: ControlRequest, signal: AbortSignal): Promise<unknown> {
    this.#admit(request);
    return withEither([signal, this.#closing.signal], (either) =>
      this.#mailbox.post((turn) => this.#carryOut(request, turn), either),
    );
  }

  shutDown(): Promise<void> {
    this.#closing.abort(shuttingDown()); // all that waits is dropped
    this.#ended ??= this.#mailbox.post(() => this.#end(), never());
    return this.#ended;
  }

  async #end(): Promise<void> {
    if (this.#state !== 'dead') await this.#take('kill', { signal: never(), by: 'agent' });
  }

  #onFact({ event, why, isCurrent }: Fact): void {
    const taken = this.#mailbox.post(async (signal) => {
      if (isCurrent()) await this.#take(event, { signal, why });
    }, this.#closing.signal);
    taken.catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#options.log.warn({ event, err: error }, 'pod could not follow');
    });
  }

  /** Asked on arrival and again when its turn comes: both can change while a request waits. */
  #admit({ task, fence }: ControlRequest): void {
    if (this.#state === 'dead') throw new OchoError('the pod is dead', { code: 'POD_DEAD' });
    if (fence === undefined) return;
    if (this.#fence !== undefined && fence < this.#fence) {
      throw new OchoError(`another leader has taken over: ${fence} came after ${this.#fence}`, { code: 'FENCED' });
    }
    // A check changes nothing, and one that is refused is no leader's beginning: only when it is passed does it count.
    if (task !== 'check') this.#fence = fence;
  }

  async #carryOut(request: ControlRequest, signal: AbortSignal): Promise<unknown> {
    this.#admit(request);
    const { task, payload, fence } = request;
    switch (task) {
      case 'check':
        await this.#check(viewFor('canConfigure', this.#options.script, payload), signal);
        this.#fence = request.fence ?? this.#fence;
        return;
      case 'on':
        return this.#on(payload === undefined ? undefined : parseClusterView(payload), signal);
      case 'ok':
        return this.#ok(viewFor('configured', this.#options.script, payload), signal);
      case 'signal':
        return this.#signal(payload, signal);
      case 'off':
      case 'kill':
        return this.#take(task, { signal, by: fence === undefined ? 'operator' : 'leader' });
    }
  }

  async #check(view: ClusterView | undefined, signal: AbortSignal): Promise<void> {
    if (view === undefined) return;
    try {
      await this.#options.callbacks.run('canConfigure', signal, (script, context) =>
        script.canConfigure?.(view, context),
      );
    } catch (error) {
      throw asRefusal(error);
    }
  }

  async #on(view: ClusterView | undefined, signal: AbortSignal): Promise<void> {
    const { log, script } = this.#options;
    const { action, because } = decideOn({
      state: this.#state,
      view,
      lastView: this.#supervisor.configuration.view,
      strict: processOf(script).strict,
      held: this.#isHeld,
    });
    log.info({ action, because }, 'told to be on');
    if (action === 'refuse') throw new OchoError(because, { code: 'POD_REFUSED' });
    if (view === undefined) this.#isHeld = false;
    if (action !== 'nothing')
      await this.#take(action, { signal, view, by: view === undefined ? 'operator' : 'leader' });
    else if (view !== undefined) this.#supervisor.configuration.succeeded(view);
    if (view !== undefined) this.#configurations += 1;
  }

  async #ok(view: ClusterView | undefined, signal: AbortSignal): Promise<void> {
    if (view === undefined) return;
    await this.#options.callbacks.run('configured', signal, (script, context) => script.configured?.(view, context));
  }

  async #signal(payload: unknown, signal: AbortSignal): Promise<unknown> {
    const process = this.#supervisor.running;
    return this.#options.callbacks.run('signaled', signal, async (script, context) => {
      const said = await script.signaled?.(payload, process, context);
      return said === undefined ? undefined : JSON.parse(authorsJson(said));
    });
  }

  async #take(event: PodEvent, move: Move): Promise<void> {
    const cell = POD_LIFECYCLE[this.#state][event];
    if (cell.kind === 'ignore') return;
    if (cell.kind === 'refuse') throw new OchoError(cell.because, { code: 'POD_DEAD' });
    const { by, why, ...turn } = move;
    if (cell.effects.includes('tearDown')) this.#account.began({ event, by, why });
    for (const effect of cell.effects) {
      const failure = await this.#run(effect, { ...turn, event });
      if (failure === undefined) continue;
      await this.#take(failure.event, { ...turn, why: messageOf(failure.error) });
      throw asRefusal(failure.error);
    }
    this.#enter(cell.to, { event, by, why });
  }

  #enter(to: PodState, occasion: Occasion): void {
    const from = this.#state;
    this.#state = to;
    this.#account.entered(to, occasion);
    this.#options.log.info({ from, event: occasion.event, to }, 'pod state changed');
    if (to === 'dead') this.#dead.abort(new OchoError('the pod is dead', { code: 'POD_DEAD' }));
  }

  /** @returns what a failed effect means to the table */
  async #run(effect: PodEffect, turn: Turn): Promise<{ event: PodEvent; error: unknown } | undefined> {
    try {
      await this.#supervisor[effect](turn);
      return undefined;
    } catch (error) {
      if (effect === 'respawn') return { event: 'crashed', error };
      return { event: this.#supervisor.configuration.isHopeless ? 'gaveUp' : 'startFailed', error };
    }
  }
}

/** A leader need not send a view that nobody looks at; what it sends all the same must be one. */
function viewFor(
  callback: 'canConfigure' | 'configured',
  script: PodScript,
  payload: unknown,
): ClusterView | undefined {
  return payload === undefined && script[callback] === undefined ? undefined : parseClusterView(payload);
}
