import type { Readable } from 'node:stream';
import { type Clock, type ClusterView, messageOf, type ProcessState } from 'ochopod-core';
import {
  describeExit,
  type OutputName,
  type ProcessExit,
  type ProcessGroup,
  type SpawnProcess,
  stopProcess,
} from 'ochopod-core/process';
import type { Callbacks } from '../callbacks.ts';
import type { Log } from '../logging.ts';
import type { PodScript, ProcessSettings, RunningProcess } from '../pod-script.ts';
import { Configuration, type Launch } from './configuration.ts';
import { Failures } from './failures.ts';
import { never } from './mailbox.ts';
import { forwardLines } from './output.ts';
import { type LastLines, OutputTails } from './output-tails.ts';
import type { PodEffect, PodEvent } from './pod-lifecycle.ts';
import type { ProcessEnd } from './process-end.ts';
import { SanityChecks } from './sanity-checks.ts';

export interface SupervisorOptions {
  readonly script: PodScript;
  readonly callbacks: Callbacks;
  /** The agent's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly spawn: SpawnProcess;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes what the process prints, unless that goes into the log; never blocks. */
  readonly passOn: (chunk: Uint8Array, name: OutputName) => void;
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

const PROCESS_GRACE_SECONDS = 60;
const DEFAULT_CHECKS = 3;
const DEFAULT_CHECK_SECONDS = 60;

/** Carries out what the lifecycle table says, and reports what the process does by itself. */
export class Supervisor implements Readonly<Record<PodEffect, (turn: Turn) => Promise<void>>> {
  readonly configuration: Configuration;
  readonly checks: SanityChecks;
  readonly failures: Failures;
  readonly #options: SupervisorOptions;
  readonly #settings: ProcessSettings;
  #launch: Launch | undefined;
  #group: ProcessGroup | undefined;
  #tails = new OutputTails();
  #exit: ProcessExit | undefined;
  #leftBehind: ProcessGroup | undefined;
  #lastEnd: ProcessEnd | undefined;
  #restarts = 0;
  #restartDue: AbortController | undefined;
  #isEnding = false;

  constructor(options: SupervisorOptions) {
    const { script, callbacks, clock, env } = options;
    this.#options = options;
    this.failures = new Failures(clock);
    this.#settings = script.process ?? {};
    this.configuration = new Configuration({
      callbacks,
      env,
      attempts: script.model?.configureAttempts ?? 3,
      shell: this.#settings.shell ?? false,
    });
    this.checks = this.#createChecks();
  }

  #createChecks(): SanityChecks {
    const { script, callbacks, clock, log, onFact } = this.#options;
    const { checks = DEFAULT_CHECKS, checkEvery = DEFAULT_CHECK_SECONDS, onUnhealthy = 'restart' } = script.model ?? {};
    const event = onUnhealthy === 'off' ? 'checksExhausted' : 'unhealthy';
    return new SanityChecks({
      ...{ callbacks, clock, log, checks, everyMs: checkEvery * 1000 },
      process: () => this.running,
      onPassed: () => this.failures.passed(),
      onExhausted: (why, isCurrent) => onFact({ event, why, isCurrent }),
    });
  }

  get process(): Exclude<ProcessState, 'dead'> {
    if (this.#isEnding) return 'terminating';
    return this.running === undefined ? 'stopped' : 'running';
  }

  /** The process, while it runs. */
  get running(): RunningProcess | undefined {
    return this.#group === undefined || this.#exit !== undefined ? undefined : handle(this.#group);
  }

  /** How the process ended last, or could not be started. */
  get lastEnd(): ProcessEnd | undefined {
    return this.#lastEnd;
  }

  /** How often a process was started again after it had failed. */
  get restarts(): number {
    return this.#restarts;
  }

  /** Hand a signal on to the process, as if it had been sent to it alone; to nobody while none runs. */
  forward(name: NodeJS.Signals): void {
    const isRunning = this.running !== undefined;
    this.#options.log.info({ signal: name }, isRunning ? 'signal passed on' : 'signal not passed on, no process runs');
    if (isRunning) void this.#group?.signal(name, 'child');
  }

  /** What the process that was started last has printed last; what it printed itself is complete when its end is told. */
  get lastLines(): LastLines {
    return this.#tails.lastLines();
  }

  /** The environment of the process, or what it would be now. */
  get environment(): Readonly<Record<string, string>> {
    return this.#launch?.env ?? this.#options.env;
  }

  async configure({ view = this.configuration.view, signal }: Turn): Promise<void> {
    if (view === undefined) throw new Error('nothing to configure for');
    try {
      this.#launch = await this.configuration.prepare(view, await this.#previous(), signal);
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
    const group = this.#group;
    if (group === undefined) return;
    const hasEnded = this.#exit !== undefined;
    this.checks.stop();
    this.#isEnding = true;
    try {
      await this.#stop(group, hasEnded);
    } finally {
      this.#group = undefined;
      this.#exit = undefined;
      this.#isEnding = false;
    }
  }

  async finalize(): Promise<void> {
    this.#isEnding = true;
    const done = this.#options.callbacks.run('finalize', never(), (script, context) => script.finalize?.(context));
    await done.catch(() => {}); // logged; the pod ends all the same
    this.#isEnding = false;
  }

  async #start(): Promise<void> {
    const { log } = this.#options;
    const group = await this.#spawned();
    this.#group = group;
    this.#exit = undefined;
    this.failures.started();
    this.checks.start();
    log.info({ pid: group.pid }, 'process started');
    void group.exited.then((exit) => this.#onExit(group, exit)); // never rejects
  }

  async #spawned(): Promise<ProcessGroup> {
    const { cwd } = this.#settings;
    if (this.#launch === undefined) throw new Error('nothing to start');
    const tails = new OutputTails();
    try {
      const group = await this.#options.spawn({
        ...this.#launch,
        ...(cwd === undefined ? {} : { cwd }),
        onOutput: (output, name) => {
          tails.follow(output, name);
          this.#forward(output, name);
        },
      });
      this.#tails = tails;
      return group;
    } catch (error) {
      this.#noteEnd({ how: 'not started', why: messageOf(error), lastLines: tails.lastLines() });
      throw error;
    }
  }

  #noteEnd(end: Omit<ProcessEnd, 'at'>): void {
    this.#lastEnd = { ...end, at: this.#options.clock.now() };
  }

  #forward(output: Readable, name: OutputName): void {
    const { passOn, clock } = this.#options;
    if (this.#settings.pipeSubprocess !== true) {
      output.on('data', (chunk: Buffer) => passOn(chunk, name));
      return;
    }
    const log = this.#options.log.child({ component: 'process' });
    forwardLines(output, {
      clock,
      onLine: (line) => log.info(line),
      onDropped: (lines) => log.warn({ lines }, 'output came too fast and was dropped'),
    });
  }

  #onExit(group: ProcessGroup, exit: ProcessExit): void {
    const { log, onFact } = this.#options;
    log.info({ pid: group.pid, ...exit }, 'process ended');
    if (this.#group !== group) return;
    const how = this.#isEnding ? 'stopped' : exit.code === 0 ? 'done' : 'crashed';
    this.#noteEnd({ how, why: describeExit(exit), exit, lastLines: this.#tails.lastLines() });
    if (how === 'stopped') return;
    this.#exit = exit;
    const event = how === 'done' ? 'exitedCleanly' : 'crashed';
    onFact({ event, why: describeExit(exit), isCurrent: () => this.#group === group });
  }

  async #stop(group: ProcessGroup, hasEnded: boolean): Promise<void> {
    const { clock, log } = this.#options;
    const { soft = false, grace = PROCESS_GRACE_SECONDS } = this.#settings;
    if (hasEnded && (soft || (await group.isGone()))) return;
    const ask = () => (hasEnded ? group.signal('SIGTERM') : this.#askToEnd(group));
    const outcome = await stopProcess(group, { clock, graceMs: grace * 1000, soft, ask });
    if (outcome === 'left behind') this.#leftBehind = group;
    const level = outcome === 'ended' || outcome === 'left behind' ? 'info' : 'warn';
    log[level]({ pid: group.pid, outcome }, hasEnded ? 'leftovers of the process stopped' : 'process stopped');
  }

  async #askToEnd(group: ProcessGroup): Promise<void> {
    const { script, callbacks } = this.#options;
    if (script.tearDown === undefined) return group.signal('SIGTERM');
    try {
      await callbacks.run('tearDown', never(), (author, context) => author.tearDown?.(handle(group), context));
    } catch {
      if (!this.#settings.soft) await group.signal('SIGTERM'); // logged; ask in the plain way instead
    }
  }

  async #previous(): Promise<RunningProcess | undefined> {
    const group = this.#leftBehind;
    if (group === undefined || (await group.isGone())) return undefined;
    return handle(group);
  }
}

function handle(group: ProcessGroup): RunningProcess {
  return { pid: group.pid, kill: (signal = 'SIGTERM') => void group.signal(signal) };
}
