import { OchoError } from '../errors.ts';
import { inWords } from '../waiting/in-words.ts';
import { settleOrAbort } from '../waiting/settle-or-abort.ts';
import type { ConnectOptions } from './connect-options.ts';
import type { ConnectionString } from './connection-string.ts';
import { Lease } from './lease.ts';
import type { Connection, ConnectionListener, Watch } from './nzc/connection.ts';
import { openConnection } from './nzc/open-connection.ts';
import type { Question } from './nzc/requests.ts';
import { sessionId } from './znode.ts';

export interface AskOptions {
  readonly signal?: AbortSignal;
  /** Ask again when the connection breaks before the answer, rather than fail with CONNECTION_LOSS. @default true */
  readonly resend?: boolean;
  /** Called before anything that the server sent after its answer is handled; a promise would be too late. */
  readonly onAnswer?: (refusal: unknown) => void;
}

/** The longest that `close` waits for the server. */
const CLOSE_MS = 2_000;

/** One session: the connections that carry it one after the other, and the judgement whether it still lives. */
export class SessionLink implements ConnectionListener {
  /** Resolves with the first connection; rejects when the session is lost before. */
  readonly opened: Promise<void>;
  readonly #connection: Connection;
  readonly #lease: Lease;
  readonly #lost = new AbortController();
  readonly #tell: (event: string) => void;
  #timeoutMs: number;
  #open: () => void = () => undefined;
  #closing: Promise<void> | undefined;

  constructor(to: ConnectionString, { clock, sessionTimeoutMs, onEvent }: ConnectOptions) {
    this.#tell = onEvent ?? (() => undefined);
    this.#timeoutMs = sessionTimeoutMs;
    this.opened = settleOrAbort<void>([this.lost], ({ resolve }) => {
      this.#open = resolve;
    });
    // Whoever connects hears of it; nobody else needs to.
    this.opened.catch(() => undefined);
    this.#lease = new Lease(clock, () =>
      this.lose(lost(`session ${this.id} has not heard from ZooKeeper for ${inWords(this.#timeoutMs)}`)),
    );
    this.#connection = openConnection({ to, sessionTimeoutMs, clock }, this);
    this.#connection.connect();
  }

  get id(): string {
    return sessionId(this.#connection.sessionId);
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Why each server could not be used last time: `10.0.0.1:2181 (ECONNREFUSED)`. */
  get problems(): string[] {
    return [...this.#connection.problems].map(([server, problem]) => `${server} (${problem})`);
  }

  /** @throws {ServerRefusal} what the server said, if not yes */
  ask<Answer>(question: Question<Answer>, { signal, resend = true, onAnswer }: AskOptions = {}): Promise<Answer> {
    this.#lease.check();
    return settleOrAbort(signal === undefined ? [this.lost] : [signal, this.lost], ({ resolve, reject }) =>
      this.#connection.ask(question, {
        resend,
        onAnswer: (answer) => {
          onAnswer?.(null);
          resolve(answer);
        },
        onRefusal: (refusal) => {
          onAnswer?.(refusal);
          reject(refusal);
        },
      }),
    );
  }

  /** Have it called once for the watch that the server has just set. */
  watch(watch: Watch): void {
    this.#connection.watch(watch);
  }

  forget(watch: Omit<Watch, 'isMissing'>): void {
    this.#connection.forget(watch);
  }

  /** End it from our side without a word to the server. */
  lose(because: Error): void {
    this.#lose(because);
    this.#connection.destroy();
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  negotiated(timeoutMs: number): void {
    this.#timeoutMs = timeoutMs;
    this.#lease.begin(timeoutMs);
  }

  sent(at: number): void {
    this.#lease.sent(at);
  }

  answered(sentAt: number): void {
    this.#lease.answered(sentAt);
  }

  beforeActing(): void {
    this.#lease.check();
  }

  ready(server: string): void {
    this.#tell(`connected to ${server}`);
    this.#open();
  }

  disconnected(server: string): void {
    this.#tell(`disconnected from ${server}`);
  }

  refused(because: 'expired' | 'denied'): void {
    if (because === 'expired') {
      this.lose(lost(`session ${this.id} has expired`));
      return;
    }
    const cause = new OchoError('ZooKeeper does not take our credentials', {
      code: 'DENIED',
      hint: 'Check user and password in the ZooKeeper connection string.',
    });
    this.lose(lost(`session ${this.id} was refused: ${cause.message}`, cause));
  }

  async #close(): Promise<void> {
    if (this.lost.aborted) return;
    this.#lose(lost(`session ${this.id} was closed`));
    await this.#connection.closeSession(Math.min(CLOSE_MS, this.#timeoutMs / 3));
  }

  #lose(because: Error): void {
    this.#lease.end();
    if (!this.lost.aborted) this.#lost.abort(because);
  }
}

function lost(message: string, cause?: Error): OchoError {
  return new OchoError(message, { code: 'SESSION_LOST', ...(cause === undefined ? {} : { cause }) });
}
