import type { Socket } from 'node:net';

import type { Clock } from 'ochopod-core';

import { type Session, sessionName } from '../sessions/session.ts';
import { duePaths } from '../tree/reaping.ts';
import { JuteReader } from '../wire/jute-reader.ts';
import { Connection, type ConnectionHost } from './connection.ts';
import type { Database } from './database.ts';
import { Dispatcher } from './dispatcher.ts';
import { countsOfFiles } from './files.ts';
import { answerWord, type ConnectionReport, type ServerReport } from './four-letter-words.ts';
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
  /** Those that have not said yet whose they are. */
  readonly #strangers = new Set<Connection>();
  readonly #startedAt: number;
  #batchStartedAt: number;
  /** Replies on connections that are gone. */
  #sent = 0;
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
    const now = this.#options.clock.now();
    const connection = new Connection({ socket, host: this, acceptedAt: now });
    this.connections.add(connection);
    this.#strangers.add(connection);
  }

  /** Once a tick: what has run out of time goes. */
  tick(): void {
    const { clock, wallTime, database, outlet } = this.#options;
    if (this.isPaused) return;
    const now = clock.now();
    for (const session of database.sessions.expired(now)) this.expire(session, 'was not heard of in time');
    for (const path of duePaths(database.tree, wallTime())) database.commit({ type: 'delete', path });
    for (const connection of this.#strangers) {
      if (now - connection.acceptedAt > HANDSHAKE_MS) connection.drop('it did not say whose it is');
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

  onBatch({ session, statistics }: Connection, frames: number): void {
    const { clock, database, outlet } = this.#options;
    const now = clock.now();
    if (frames > 0) {
      if (session !== undefined && database.sessions.get(session.id) === session) database.sessions.touch(session, now);
      for (const counted of [statistics, this.#statistics])
        counted.add(frames, { from: this.#batchStartedAt, to: now });
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
    this.#sent += connection.sent;
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
    if (welcome.kind === 'refuse') {
      connection.drop('it knows of transactions that are not known here');
      return;
    }
    // Even when it is not its own, as the real server does.
    former?.connection?.drop('its session was asked for on another connection');
    if (welcome.kind === 'expired') {
      onEvent(`${connection.client} asked for session ${sessionName(request.session)}, which it cannot have`);
      connection.finish('it has no session');
    } else {
      const session = welcome.kind === 'resume' ? former : undefined;
      this.#attach(connection, session ?? database.openSession(welcome.timeoutMs), welcome.timeoutMs);
    }
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

  #reportOn({ client, sent, session, statistics, lastOp, lastXid, acceptedAt }: Connection): ConnectionReport {
    const { clock, wallTime, database } = this.#options;
    const { received, latency, lastAt } = statistics;
    const wallTimeOf = (at: number) => Math.floor(wallTime() - clock.now() + at);
    const report = { client, received, sent, since: wallTimeOf(acceptedAt), lastAt: wallTimeOf(lastAt) };
    if (session === undefined) return { ...report, session: undefined };
    const { zxid } = database;
    const { id, timeoutMs } = session;
    return { ...report, session: { name: sessionName(id), timeoutMs, lastOp, lastXid, zxid, latency } };
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
      sent: [...this.connections].reduce((sum, { sent }) => sum + sent, this.#sent),
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
      ...countsOfFiles(),
      connections: [...this.connections].map((connection) => this.#reportOn(connection)),
    };
  }
}
