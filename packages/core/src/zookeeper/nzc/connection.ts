import type { Clock } from '../../waiting/clock.ts';
import type { ConnectionString } from '../connection-string.ts';
import type { Question } from './requests.ts';

export interface ConnectionOptions {
  readonly to: ConnectionString;
  readonly sessionTimeoutMs: number;
  readonly clock: Clock;
}

/**
 * What carries a session, in our own words: one connection after the other, until `destroy`. Requests wait for the next
 * one, in order.
 */
export interface Connection {
  /** Eight bytes; zero before the server has given one. */
  readonly sessionId: Buffer;
  /** Why each server could not be used last time. */
  readonly problems: ReadonlyMap<string, string>;

  connect(): void;
  /**
   * Send it now or over the next connection; after `destroy` nobody hears of it any more.
   *
   * @returns tells that nobody waits for it any more: it is not worth sending
   */
  ask<Answer>(question: Question<Answer>, reply: Reply<Answer>): () => void;
  /** Have it called once for the watch that the server has just set. */
  watch(watch: Watch): void;
  /** Take back a watcher that was registered, or not. */
  forget(watch: Omit<Watch, 'isMissing'>): void;
  /** Ask the server to end the session, if it can be reached in that time, and destroy the connection. */
  closeSession(withinMs: number): Promise<void>;
  /** Let go of socket and timers at once and for good; requests are never answered any more. */
  destroy(): void;
}

export interface Reply<Answer> {
  /** Whether to send it again when the connection breaks before the answer. */
  readonly resend: boolean;
  /** Called before anything that the server sent after its answer is handled. */
  readonly onAnswer: (answer: Answer) => void;
  /** As well; with what the server said. */
  readonly onRefusal: (refusal: unknown) => void;
}

export interface Watch {
  readonly kind: 'data' | 'child';
  readonly path: string;
  readonly watcher: () => void;
  /** There is no such znode yet: its coming is watched for. */
  readonly isMissing: boolean;
}

/** What a connection tells whoever owns it. */
export interface ConnectionListener {
  /** The server keeps the session for so long; each time that a connection is made. */
  negotiated(timeoutMs: number): void;
  sent(at: number): void;
  /** The server has answered what was sent at that time. */
  answered(sentAt: number): void;
  /** Something has come in, or nothing for too long, and nothing was done about it yet. */
  beforeActing(): void;
  /** Connected, and authenticated if there are credentials. */
  ready(server: string): void;
  disconnected(server: string): void;
  /** The server has told that there is no way to go on. */
  refused(because: 'expired' | 'denied'): void;
}
