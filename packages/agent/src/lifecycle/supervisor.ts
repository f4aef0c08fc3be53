import type { Readable } from 'node:stream';
import { type BackoffPolicy, backoffMs, type Clock, type ClusterView, type ProcessState } from 'ochopod-core';
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
import { never } from './mailbox.ts';
import { forwardLines } from './output.ts';
import { type LastLines, OutputTails } from './output-tails.ts';
import type { PodEffect, PodEvent } from './pod-lifecycle.ts';
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
  /** Told of what happens by itself; `isCurrent` says later whether it still matters. */
  readonly onFact: (event: PodEvent, isCurrent: () => boolean) => void;
}

/** What one transition is done for. */
export interface Turn {
  readonly signal: AbortSignal;
  /** What to configure for; the last one again when missing. */
  readonly view?: ClusterView | undefined;
}

/** Between the crash of a process and its next start; one that ran for the longest delay starts over. */
const RESTARTS: BackoffPolicy = { firstMs: 1000, maxMs: 60_000, factor: 2, jitter: 0.3 };
const PROCESS_GRACE_SECONDS = 60;

/** Carries out what the lifecycle table says, and reports what the process does by itself. */
export class Supervisor implements Readonly<Record<PodEffect, (turn: Turn) => Promise<void>>> {
  readonly configuration: Configuration;
  readonly checks: SanityChecks;
  readonly #options: SupervisorOptions;
  readonly #settings: ProcessSettings;
  #launch: Launch | undefined;
  #group: ProcessGroup | undefined;
  #tails = new OutputTails();
  #exit: ProcessExit | undefined;
  #leftBehind: ProcessGroup | undefined;
  #startedAt = 0;
  #crashes = 0;
  #restarts = 0;
  #restartDue: AbortController | undefined;
  #isEnding = false;

  constructor(options: SupervisorOptions) {
    const { script, callbacks, clock, env, log, onFact } = options;
    this.#options = options;
    this.#settings = script.process ?? {};
    this.configuration = new Configuration({
      callbacks,
      env,
      attempts: script.model?.configureAttempts ?? 3,
      shell: this.#settings.shell ?? false,
    });
    this.checks = new SanityChecks({
      callbacks,
      clock,
      log,
      checks: script.model?.checks ?? 1,
      everyMs: (script.model?.checkEvery ?? 60) * 1000,
      process: () => this.running,
      onExhausted: (isCurrent) => onFact('checksExhausted', isCurrent),
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

  /** How often a process was started again after a crash. */
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
    this.checks.start();
  }

  async respawn(): Promise<void> {
    this.#restarts += 1;
    await this.#start();
  }

  async backOff(): Promise<void> {
    const { clock, log, random, onFact } = this.#options;
    this.#crashes += 1;
    const ms = Math.round(backoffMs(RESTARTS, this.#crashes, random()));
    const due = new AbortController();
    this.#restartDue = due;
    log.info({ crashes: this.#crashes, ms }, 'restart scheduled');
    clock.sleep(ms, due.signal).then(
      () => onFact('restartDue', () => !due.signal.aborted),
      () => {}, // stood down
    );
  }

  async standDown(): Promise<void> {
    this.#restartDue?.abort();
    this.#restartDue = undefined;
    this.#crashes = 0;
    this.checks.stop();
  }

  async tearDown(): Promise<void> {
    const group = this.#group;
    if (group === undefined) return;
    const hasEnded = this.#exit !== undefined;
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
    const { spawn, clock, log } = this.#options;
    const { cwd } = this.#settings;
    if (this.#launch === undefined) throw new Error('nothing to start');
    const tails = new OutputTails();
    const group = await spawn({
      ...this.#launch,
      ...(cwd === undefined ? {} : { cwd }),
      onOutput: (output, name) => {
        tails.follow(output, name);
        this.#forward(output, name);
      },
    });
    this.#tails = tails;
    this.#group = group;
    this.#exit = undefined;
    this.#startedAt = clock.now();
    log.info({ pid: group.pid }, 'process started');
    void group.exited.then((exit) => this.#onExit(group, exit)); // never rejects
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
    const { log, clock, onFact } = this.#options;
    log.info({ pid: group.pid, ...exit }, 'process ended');
    if (this.#group !== group || this.#isEnding) return;
    this.#exit = exit;
    const isCurrent = () => this.#group === group;
    if (exit.code === 0) {
      onFact('exitedCleanly', isCurrent);
      return;
    }
    if (clock.now() - this.#startedAt >= RESTARTS.maxMs) this.#crashes = 0;
    this.checks.noteCrash(`the process ${describeExit(exit)}`);
    onFact('crashed', isCurrent);
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
