import type { Socket } from 'node:net';

import type { Clock } from 'ochopod-core';

import { type Session, sessionName } from '../sessions/session.ts';
import { duePaths } from '../tree/reaping.ts';
import { JuteReader } from '../wire/jute-reader.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import type { Database } from './database.ts';
import { Dispatcher } from './dispatcher.ts';
import { answerWord, type ServerReport } from './four-letter-words.ts';
import { decideWelcome, readConnectRequest, writeConnectReply } from './handshake.ts';
import type { Outlet } from './outlet.ts';
import { Statistics } from './statistics.ts';

/** How long a connection may take to say whose it is. */
const HANDSHAKE_MS = 10_000;

export interface ServiceOptions {
  readonly clock: Clock;
  readonly wallTime: () => number;
  readonly database: Database;
  readonly outlet: Outlet;
  readonly minTimeoutMs: number;
  readonly maxTimeoutMs: number;
  readonly onEvent: (event: string) => void;
  /** What the service does not know of itself. */
  readonly describe: () => Pick<ServerReport, 'host' | 'port' | 'dataDir' | 'tickMs'>;
}

/** The server without its socket: connections come in, and are answered. */
export class Service implements ConnectionHost {
  readonly connections = new Set<Connection>();
  readonly #options: ServiceOptions;
  readonly #dispatcher: Dispatcher;
  readonly #statistics = new Statistics();
  /** When connections that have not said yet whose they are came. */
  readonly #strangers = new Map<Connection, number>();
  readonly #startedAt: number;
  #batchStartedAt: number;
  #isRefusing = false;

  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#dispatcher = new Dispatcher(options.database);
    this.#startedAt = options.clock.now();
    this.#batchStartedAt = this.#startedAt;
  }

  get isPaused(): boolean {
    return this.#options.outlet.isPaused;
  }

  get isRefusing(): boolean {
    return this.#isRefusing;
  }

  refuseConnections(refuse: boolean): void {
    this.#isRefusing = refuse;
  }

  accept(socket: Socket): void {
    if (this.#isRefusing) {
      socket.destroy();
      return;
    }
    const connection = new Connection(socket, this);
    this.connections.add(connection);
    this.#strangers.set(connection, this.#options.clock.now());
  }

  /** Once a tick: what has run out of time goes. */
  tick(): void {
    const { clock, wallTime, database, outlet } = this.#options;
    if (this.isPaused) return;
    const now = clock.now();
    for (const session of database.sessions.expired(now)) this.expire(session, 'was not heard of in time');
    for (const path of duePaths(database.tree, wallTime())) database.commit({ type: 'delete', path });
    for (const [connection, since] of this.#strangers) {
      if (now - since > HANDSHAKE_MS) connection.drop('it did not say whose it is');
    }
    outlet.flush();
  }

  expire(session: Session, why: string): void {
    const { database, onEvent } = this.#options;
    database.commit({ type: 'closeSession', session: session.id });
    onEvent(`session ${sessionName(session.id)} ${why} and is gone`);
    session.connection?.drop('its session is gone');
  }

  onFrame(connection: Connection, frame: Buffer): void {
    if (connection.session === undefined) this.#welcome(connection, frame);
    else this.#dispatcher.handle(connection, frame);
  }

  onWord(connection: Connection, word: string): boolean {
    const answer = answerWord(word, () => this.#report());
    if (answer === undefined) return false;
    connection.say(answer);
    return true;
  }

  onBatch({ session }: Connection, frames: number): void {
    const { clock, database, outlet } = this.#options;
    const now = clock.now();
    if (frames > 0) {
      if (session !== undefined && database.sessions.get(session.id) === session) database.sessions.touch(session, now);
      this.#statistics.add(frames, now - this.#batchStartedAt);
    }
    outlet.flush();
  }

  onBatchStart(): void {
    this.#batchStartedAt = this.#options.clock.now();
  }

  onOutput(connection: Connection): void {
    this.#options.outlet.mark(connection);
  }

  onClosed(connection: Connection, why: string): void {
    const { database, onEvent } = this.#options;
    this.connections.delete(connection);
    this.#strangers.delete(connection);
    database.watches.removeAll(connection);
    this.#statistics.sent += connection.sent;
    const { session } = connection;
    if (session === undefined) return;
    if (session.connection === connection) session.connection = undefined;
    onEvent(`the connection of session ${sessionName(session.id)} from ${connection.client} ended: ${why}`);
  }

  #welcome(connection: Connection, frame: Buffer): void {
    const { database, minTimeoutMs, maxTimeoutMs, onEvent } = this.#options;
    const request = readConnectRequest(new JuteReader(frame));
    const former = database.sessions.get(request.session);
    const { zxid } = database;
    const welcome = decideWelcome(request, { zxid, session: former, minTimeoutMs, maxTimeoutMs });
    if (welcome.kind === 'refuse') return connection.drop('it knows of transactions that are not known here');
    // Even when it is not its own, as the real server does.
    former?.connection?.drop('its session came back on another connection');
    if (welcome.kind === 'expired') {
      writeConnectReply(connection.out, undefined, request);
      onEvent(`${connection.client} asked for session ${sessionName(request.session)}, which it cannot have`);
      return connection.finish('it has no session');
    }
    const session = welcome.kind === 'resume' ? former : undefined;
    this.#attach(connection, session ?? database.openSession(welcome.timeoutMs), welcome.timeoutMs);
    writeConnectReply(connection.out, connection.session, request);
    this.onOutput(connection);
  }

  #attach(connection: Connection, session: Session, timeoutMs: number): void {
    this.#strangers.delete(connection);
    session.timeoutMs = timeoutMs;
    session.connection = connection;
    connection.session = session;
    this.#options.onEvent(`session ${sessionName(session.id)} is on a connection from ${connection.client}`);
  }

  #report(): ServerReport {
    const { clock, database, minTimeoutMs, maxTimeoutMs } = this.#options;
    const { tree, watches, sessions, zxid } = database;
    return {
      ...this.#options.describe(),
      minTimeoutMs,
      maxTimeoutMs,
      uptimeMs: clock.now() - this.#startedAt,
      zxid,
      received: this.#statistics.received,
      sent: [...this.connections].reduce((sum, { sent }) => sum + sent, this.#statistics.sent),
      latency: this.#statistics.latency,
      // The real server counts the root twice.
      znodes: tree.size + 1,
      ephemerals: tree.ephemeralCount,
      dataSize: tree.dataSize,
      sessions: sessions.size,
      watches: {
        connections: new Set([...watches.data.watchers(), ...watches.children.watchers()]).size,
        paths: watches.data.pathCount + watches.children.pathCount,
        total: watches.data.size + watches.children.size,
      },
      connections: [...this.connections].map(({ client, received, sent, session }) => ({
        client,
        received,
        sent,
        session: session && { name: sessionName(session.id), timeoutMs: session.timeoutMs },
      })),
    };
  }
}
