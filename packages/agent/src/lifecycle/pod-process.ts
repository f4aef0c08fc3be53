import type { Readable } from 'node:stream';
import { type Clock, messageOf } from 'ochopod-core';
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
import type { PodScript, RunningProcess } from '../script/pod-script.ts';
import { processOf } from '../script/script-settings.ts';
import type { Launch } from './configuration.ts';
import { never } from './mailbox.ts';
import { forwardLines } from './output.ts';
import { OutputTails } from './output-tails.ts';
import type { ProcessEnd } from './process-end.ts';

export interface PodProcessOptions {
  readonly script: PodScript;
  readonly callbacks: Callbacks;
  readonly spawn: SpawnProcess;
  readonly clock: Clock;
  readonly log: Log;
  /** Takes what the process prints, unless that goes into the log; never blocks. */
  readonly passOn: (chunk: Uint8Array, name: OutputName) => void;
  readonly onStarted: () => void;
  /** Told of an end that nobody asked for. */
  readonly onEnded: (end: UnaskedEnd) => void;
}

/** The process ended by itself. */
interface UnaskedEnd {
  readonly event: 'exitedCleanly' | 'crashed';
  readonly why: string;
  /** Whether it still matters, asked when its turn comes. */
  readonly isCurrent: () => boolean;
}

/** The pod's process, one run after the other: starts it, takes what it prints, knows how it ended, and stops it. */
export class PodProcess {
  readonly #options: PodProcessOptions;
  readonly #settings: ReturnType<typeof processOf>;
  #group: ProcessGroup | undefined;
  #tails = new OutputTails();
  #exit: ProcessExit | undefined;
  #leftBehind: ProcessGroup | undefined;
  #lastEnd: ProcessEnd | undefined;
  #isStopping = false;

  constructor(options: PodProcessOptions) {
    this.#options = options;
    this.#settings = processOf(options.script);
  }

  /** The process, while it runs. */
  get running(): RunningProcess | undefined {
    return this.#group === undefined || this.#exit !== undefined ? undefined : handle(this.#group);
  }

  get isStopping(): boolean {
    return this.#isStopping;
  }

  /** How it ended last, or could not be started. */
  get lastEnd(): ProcessEnd | undefined {
    return this.#lastEnd;
  }

  /** What a soft tear-down left behind, if it is still there. */
  async previous(): Promise<RunningProcess | undefined> {
    const group = this.#leftBehind;
    if (group === undefined || (await group.isGone())) return undefined;
    return handle(group);
  }

  /** Hand a signal on to it, as if it had been sent to it alone; to nobody while none runs. */
  forward(name: NodeJS.Signals): void {
    const isRunning = this.running !== undefined;
    this.#options.log.info({ signal: name }, isRunning ? 'signal passed on' : 'signal not passed on, no process runs');
    if (isRunning) void this.#group?.signal(name, 'child');
  }

  async start(launch: Launch): Promise<void> {
    const { log, onStarted } = this.#options;
    const group = await this.#spawned(launch);
    this.#group = group;
    this.#exit = undefined;
    onStarted();
    log.info({ pid: group.pid }, 'process started');
    void group.exited.then((exit) => this.#onExit(group, exit)); // never rejects
  }

  /** Stop it and everything it left behind. */
  async stop(): Promise<void> {
    const group = this.#group;
    if (group === undefined) return;
    const hasEnded = this.#exit !== undefined;
    this.#isStopping = true;
    try {
      await this.#stop(group, hasEnded);
    } finally {
      this.#group = undefined;
      this.#exit = undefined;
      this.#isStopping = false;
    }
  }

  async #spawned(launch: Launch): Promise<ProcessGroup> {
    const { cwd } = this.#settings;
    const tails = new OutputTails();
    try {
      const group = await this.#options.spawn({
        ...launch,
        ...(cwd === undefined ? {} : { cwd }),
        onOutput: (output, name) => {
          tails.follow(output, name);
          this.#takeOutput(output, name);
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

  #takeOutput(output: Readable, name: OutputName): void {
    const { passOn, clock } = this.#options;
    if (!this.#settings.pipeSubprocess) {
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
    const { log, onEnded } = this.#options;
    log.info({ pid: group.pid, ...exit }, 'process ended');
    if (this.#group !== group) return;
    const how = this.#isStopping ? 'stopped' : exit.code === 0 ? 'done' : 'crashed';
    this.#noteEnd({ how, why: describeExit(exit), exit, lastLines: this.#tails.lastLines() });
    if (how === 'stopped') return;
    this.#exit = exit;
    const event = how === 'done' ? 'exitedCleanly' : 'crashed';
    onEnded({ event, why: describeExit(exit), isCurrent: () => this.#group === group });
  }

  async #stop(group: ProcessGroup, hasEnded: boolean): Promise<void> {
    const { clock, log } = this.#options;
    const { soft, grace } = this.#settings;
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
}

function handle(group: ProcessGroup): RunningProcess {
  return { pid: group.pid, kill: (signal = 'SIGTERM') => void group.signal(signal) };
}
