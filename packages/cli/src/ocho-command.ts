import { Command, type Config, type Interfaces } from '@oclif/core';
import { jsonText, maskedFields, maskText, OchoError, visible, withEither } from 'ochopod-core';
import type { Consent, PodRegistry, Tally, Workplace } from 'ochopod-fleet';
import type { Scheduler } from 'ochopod-fleet/scheduler';
import { type ClusterPattern, clusterPattern } from 'ochopod-fleet/words';

import { type Asking, consentFrom } from './consent.ts';
import type { CliContext } from './context.ts';
import { createCliContext } from './create-context.ts';
import { type ConcludeOptions, EXIT_CODES, exitCodeOf, UNEXPECTED_EXIT_CODE } from './exit-codes.ts';
import { GLOBAL_FLAGS } from './flags/common-flags.ts';
import { type OutputFormat, wantsJson } from './flags/output.ts';
import type { SchedulerFlags } from './flags/scheduler-flags.ts';
import { spreadSeqs } from './flags/seqs.ts';
import { createProgress } from './io/progress.ts';
import { tracePods } from './io/trace-pods.ts';
import { withHints } from './render/advice.ts';
import { type Explained, explain, failureText } from './render/failures.ts';
import { renderTsv, type Table } from './render/table.ts';

/** ZooKeeper answers at once or not at all. */
const CONNECT_TIMEOUT_MS = 10_000;

/** What the global flags came to; the timeout only where a command has one. */
export interface GlobalFlags {
  readonly zk: string | undefined;
  readonly namespace: string | undefined;
  readonly output: OutputFormat | undefined;
  readonly json: boolean;
  readonly debug: boolean;
  readonly timeout?: number;
}

/** What every ocho command shares: its context, its streams, and how failures become exit codes. */
export abstract class OchoCommand extends Command {
  static override baseFlags = GLOBAL_FLAGS;

  #context: CliContext | undefined;
  #output: OutputFormat | undefined;
  #debugs = false;
  #exitCode = 0;

  /**
   * Run a command inside this process, in somebody else's context.
   *
   * @returns its exit code; failures have been shown
   */
  static async runIn(this: new (argv: string[], config: Config) => OchoCommand, { argv, config, context }: RunIn) {
    const command = new this([...argv], config);
    command.#context = { ...context, close: async () => {} };
    await command._run();
    return command.#exitCode;
  }

  protected get context(): CliContext {
    this.#context ??= createCliContext();
    return this.#context;
  }

  override jsonEnabled(): boolean {
    return this.#output === undefined ? wantsJson(this.argv) : this.#output === 'json';
  }

  /** Parse the arguments: whole numbers after `-i` are its own, `-j` and `-o json` are the same. */
  protected override async parse<
    F extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    B extends Interfaces.OutputFlags<Interfaces.FlagInput>,
    A extends Interfaces.OutputArgs<Interfaces.ArgInput>,
  >(options?: Interfaces.Input<F, B, A>, argv: string[] = this.argv): Promise<Interfaces.ParserOutput<F, B, A>> {
    const parsed = await super.parse<F, B, A>(options, spreadSeqs(argv));
    const { output, json, debug } = parsed.flags as unknown as GlobalFlags;
    this.#output = json ? 'json' : (output ?? (this.context.io.out.isTty ? 'table' : 'tsv'));
    this.#debugs = debug;
    return parsed;
  }

  /** What operations work with, as the flags say. */
  protected workplace(flags: GlobalFlags): Workplace {
    const { clock, files, io, pods, signal } = this.context;
    const say = (text: string) => io.err.line(text);
    return {
      registry: this.#registry(flags),
      pods: flags.debug ? tracePods(pods, { clock, say }) : pods,
      files,
      clock,
      signal,
      progress: createProgress({ io, clock }),
      warn: (text) => say(`warning: ${text}`),
    };
  }

  /**
   * The scheduler, as the flags say.
   *
   * @throws {OchoError} `INVALID_INPUT` when none is given
   */
  protected scheduler(flags: Omit<SchedulerFlags, 'force-deployment'>): Scheduler {
    const { marathon = '', 'marathon-ca': caFile, 'marathon-token-file': tokenFile } = flags;
    if (marathon.trim() === '') {
      throw new OchoError('no Marathon given', {
        code: 'INVALID_INPUT',
        hint: 'Pass --marathon host:port,host:port, or set MARATHON_MASTER.',
      });
    }
    return this.context.schedulerOf({
      masters: marathon,
      ...(caFile !== undefined && { caFile }),
      ...(tokenFile !== undefined && { tokenFile }),
    });
  }

  /** Cluster names and globs as given, the namespace added where they have none; all clusters when none is given. */
  protected patterns(given: readonly string[] | undefined, { namespace }: GlobalFlags): ClusterPattern[] {
    const patterns = given === undefined || given.length === 0 ? ['*'] : given;
    return patterns.map((pattern) => clusterPattern(pattern, namespace === '' ? undefined : namespace));
  }

  /** Asks before something is done; nothing where nobody can be asked, or would not expect it. */
  protected consent<Prospect>(asking: Asking<Prospect>): Consent<Prospect> | undefined {
    return this.jsonEnabled() ? undefined : consentFrom(this.context, asking);
  }

  /** Write a line of the result for people; `--json` callers get the returned report instead. */
  protected show(line: string): void {
    if (!this.jsonEnabled()) this.context.io.out.line(line);
  }

  /** The same for what a pod wrote: `raw` when it was asked for as it is. */
  protected showForeign(line: string, { mark = '', raw }: { readonly mark?: string; readonly raw: boolean }): void {
    if (this.jsonEnabled()) return;
    const { out } = this.context.io;
    const before = mark === '' ? '' : `${visible(mark)}\t`;
    if (raw) out.raw(`${before}${line}\n`);
    else out.line(`${before}${line}`);
  }

  /** The same for several lines of ours, in which nothing from outside can break one. */
  protected showText(text: string): void {
    if (!this.jsonEnabled()) this.context.io.out.write(`${text}\n`);
  }

  protected async showTable(table: Table): Promise<void> {
    if (this.jsonEnabled()) return;
    const { out } = this.context.io;
    if (this.#output === 'tsv') return out.write(renderTsv(table));
    const { renderDrawn } = await import('./render/drawn-table.ts');
    out.raw(renderDrawn(table, { colors: out.colors }));
  }

  /** For what goes on until it is told to end: it also ends, without a failure, when nobody can be told any more. */
  protected async whileRead<T>(follow: (signal: AbortSignal) => Promise<T>): Promise<T | undefined> {
    const { signal, io } = this.context;
    try {
      return await withEither([signal, io.lost], follow);
    } catch (error) {
      if (io.lost.aborted) return undefined;
      throw error;
    }
  }

  /**
   * Do the work and show its table, on a terminal as its rows come: one that takes long keeps nothing back that is there.
   * Elsewhere the table is written at the end, whole and in order.
   */
  protected async showAsItComes<T>(
    head: readonly string[],
    work: (onRow: (row: readonly string[]) => void) => Promise<T>,
    tableOf: (result: T) => Table,
  ): Promise<T> {
    const { io, clock } = this.context;
    if (this.#output !== 'table' || !io.out.isTty || this.jsonEnabled()) {
      const result = await work(() => {});
      await this.showTable(tableOf(result));
      return result;
    }
    const { GrowingTable } = await import('./render/growing-table.ts');
    const growing = new GrowingTable({
      ...{ head, clock, colors: io.out.colors },
      write: (text) => io.out.raw(text),
    });
    try {
      const result = await work((row) => growing.add(row));
      io.out.raw(growing.finish(tableOf(result)));
      return result;
    } finally {
      growing.end();
    }
  }

  /** Say who failed, and end with the exit code that tells the truth. */
  protected conclude(tally: Tally, options: ConcludeOptions = {}): void {
    this.endWith(exitCodeOf(tally, options));
    if (tally.failed.length === 0) return;
    const { expected, failed } = tally;
    const { err } = this.context.io;
    err.line(`${failed.length} of ${expected} failed:`);
    for (const each of failed) err.line(`  ${failureText(each)}`);
  }

  protected endWith(code: number): void {
    this.#exitCode = code;
    this.context.io.setExitCode(code);
  }

  protected override logJson(json: unknown): void {
    this.context.io.out.write(`${jsonText(withHints(json), 2)}\n`);
  }

  protected override async catch(error: Error): Promise<void> {
    const explained = explain(error, `${this.config.bin} ${(this.id ?? '').replaceAll(':', ' ')}`.trim());
    // Help that was asked for is no failure.
    if (explained === undefined) throw error;
    // Where NODE_ENV says development the framework warns of commands without it, also when what was typed cannot be parsed.
    this.parsed = true;
    this.context.io.status(undefined);
    this.endWith(explained.code === 'UNEXPECTED' ? UNEXPECTED_EXIT_CODE : EXIT_CODES[explained.code]);
    if (this.jsonEnabled()) this.logJson({ error: maskedFields(explained) });
    else this.#complain(explained);
    if (this.#debugs || explained.code === 'UNEXPECTED') this.context.io.err.write(`${indented(error.stack ?? '')}\n`);
  }

  protected override async finally(error: Error | undefined): Promise<void> {
    await this.#context?.close();
    await super.finally(error);
  }

  #complain({ message, hint }: Explained): void {
    const { err } = this.context.io;
    err.write(`error: ${indented(message)}\n`);
    if (hint !== undefined) err.line(`hint: ${hint}`);
  }

  #registry({ zk, timeout = CONNECT_TIMEOUT_MS, debug }: GlobalFlags): PodRegistry {
    const { io } = this.context;
    if (zk === undefined || zk.trim() === '') {
      throw new OchoError('no ZooKeeper given', {
        code: 'INVALID_INPUT',
        hint: 'Pass --zk host:port,host:port, or set OCHOPOD_ZK; `ocho sandbox up` runs one to try things out.',
      });
    }
    return this.context.registryOf({
      servers: zk,
      // Less than what the listing may take: the failure to connect says more than that it is late.
      connectTimeoutMs: Math.min(timeout * 0.8, CONNECT_TIMEOUT_MS),
      onSlow: (isSlow) => io.status(isSlow ? [`connecting to ${maskText(zk)}`] : undefined),
      ...(debug && { onEvent: (event: string) => io.err.line(`zookeeper: ${event}`) }),
    });
  }
}

/** What comes from outside may break a message, and the rest of it must not look like a line of ours. */
function indented(message: string): string {
  return message.replaceAll(/\n(?! {2})/g, '\n  ');
}

export interface RunIn {
  readonly argv: readonly string[];
  readonly config: Config;
  readonly context: CliContext;
}
