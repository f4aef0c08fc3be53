import ConnectionManager, { type Server } from 'node-zookeeper-client/lib/ConnectionManager.js';
import jute from 'node-zookeeper-client/lib/jute/index.js';
import { hostAndPort } from '../../host-and-port.ts';
import type { Clock } from '../../waiting/clock.ts';
import { ServerRefusal } from '../server-codes.ts';
import { Attempts } from './attempts.ts';
import type { Connection, ConnectionListener, ConnectionOptions, Reply, Watch } from './connection.ts';
import { forgetWatcher } from './forget-watcher.ts';
import { FrameReader } from './frame-reader.ts';
import { keepAlive } from './heartbeat.ts';
import { type Packet, PacketLine } from './packet-line.ts';
import { ping, type Question } from './requests.ts';
import { splitIfWatches } from './set-watches.ts';
import { sortUnanswered } from './unanswered.ts';

const { STATES } = ConnectionManager;
const MAX_IN_FLIGHT = 500;
const MAX_XID = 0x7fff_ffff;

/**
 * node-zookeeper-client's connection manager, mended from outside. Everything that touches its private fields is here.
 *
 * It connects until `destroy`, to one server after the other; requests wait for the next connection, in order.
 */
export class HardenedConnection extends ConnectionManager implements Connection {
  readonly #clock: Clock;
  readonly #listener: ConnectionListener;
  readonly #line: PacketLine;
  readonly #credentials: number;
  readonly #attempts: Attempts;
  /** Aborts with `destroy`. */
  readonly #ended = new AbortController();
  /** Aborts with the socket of the moment. */
  #socketClosed = new AbortController();
  #reader = new FrameReader();
  #heardAt = 0;
  #pings: number[] = [];
  #unauthenticated = 0;
  #closing = false;

  constructor({ to, sessionTimeoutMs, clock }: ConnectionOptions, listener: ConnectionListener) {
    super('placeholder', { sessionTimeout: sessionTimeoutMs, spinDelay: 0 }, () => undefined);
    this.#clock = clock;
    this.#listener = listener;
    this.#attempts = new Attempts(clock);
    this.servers = to.servers
      .map((server) => ({ server, order: Math.random() }))
      .sort((a, b) => a.order - b.order)
      .map(({ server }) => server);
    this.updateTimeout(sessionTimeoutMs);
    this.#credentials = to.credentials === undefined ? 0 : 1;
    if (to.credentials !== undefined) this.addAuthInfo('digest', Buffer.from(to.credentials));
    this.#line = new PacketLine({
      mayTake: () => this.pendingQueue.length < MAX_IN_FLIGHT,
      onTake: (packet) => this.#onSending(packet),
      onPush: () => this.onPacketQueueReadable(),
    });
    this.packetQueue = this.#line;
  }

  get problems(): ReadonlyMap<string, string> {
    return this.#attempts.problems;
  }

  ask<Answer>({ request, read }: Question<Answer>, { resend, onAnswer, onRefusal }: Reply<Answer>): () => void {
    const packet: Packet = {
      request,
      resend,
      callback: (refusal, response) => {
        if (refusal === null) onAnswer(read(response?.payload as never));
        else onRefusal(refusal);
      },
    };
    if (!this.#ended.signal.aborted) this.#line.push(packet);
    return () => {
      packet.cancelled = true;
    };
  }

  watch({ kind, path, watcher, isMissing }: Watch): void {
    if (kind === 'child') this.registerChildWatcher(path, watcher);
    else if (isMissing) this.registerExistenceWatcher(path, watcher);
    else this.registerDataWatcher(path, watcher);
  }

  forget(watch: Omit<Watch, 'isMissing'>): void {
    forgetWatcher(this.watcherManager, watch);
  }

  async closeSession(withinMs: number): Promise<void> {
    this.#closing = true;
    if (this.#attempts.isReady) super.close();
    try {
      await this.#clock.sleep(withinMs, this.#ended.signal);
      this.destroy();
    } catch (error) {
      if (!this.#ended.signal.aborted) throw error;
    }
  }

  destroy(): void {
    if (this.#ended.signal.aborted) return;
    this.#ended.abort();
    this.#socketClosed.abort();
    clearTimeout(this.connectTimeoutHandler ?? undefined);
    this.#line.replaceWith([]);
    this.pendingQueue = [];
    this.setState(STATES.CLOSED);
    this.socket?.destroy();
  }

  /** At least three attempts fit into a session: a server that is just starting may swallow the first. */
  override updateTimeout(sessionTimeout: number): void {
    super.updateTimeout(sessionTimeout);
    this.connectTimeout = Math.floor(sessionTimeout / Math.max(3, this.servers.length));
  }

  override connect(): void {
    if (!this.#ended.signal.aborted) super.connect();
  }

  /** One server after the other, with a pause after each round in which none was of use. */
  override findNextServer(callback: (server: Server) => void): void {
    const pause = this.#attempts.pauseMs(this.servers.length, Math.random());
    const attempt = () => {
      const server = this.servers[this.nextServerIndex % this.servers.length];
      if (server === undefined || this.#ended.signal.aborted) return;
      this.nextServerIndex += 1;
      this.#attempts.begin(hostAndPort(server.host, server.port));
      this.#socketClosed = new AbortController();
      callback(server);
    };
    this.#clock.sleep(pause, this.#ended.signal).then(attempt, () => undefined);
  }

  /** The ConnectRequest, then authentication, then watches, then what users ask. */
  override onSocketConnected(): void {
    const waiting = this.#line.takeAll();
    super.onSocketConnected();
    const control = this.#line.takeAll().flatMap((packet) => splitIfWatches(packet));
    this.#line.replaceWith([...control, ...waiting]);
    this.#unauthenticated = this.#credentials;
    const left = this.#attempts.startedAt + this.connectTimeout - this.#clock.now();
    const { signal } = this.#socketClosed;
    this.#clock.sleep(Math.max(1, left), signal).then(
      () => this.state === STATES.CONNECTING && this.#hangUp('no answer'),
      () => undefined,
    );
  }

  override onSocketConnectTimeout(): void {
    this.#hangUp('no answer');
  }

  override onSocketData(chunk: Buffer): void {
    this.#listener.beforeActing();
    this.#heardAt = this.#clock.now();
    try {
      for (const frame of this.#reader.read(chunk)) {
        if (this.#ended.signal.aborted) return;
        this.#onFrame(frame);
      }
    } catch (error) {
      this.#hangUp(`not understood: ${error instanceof Error ? error.message : error}`);
    }
    this.onPacketQueueReadable();
  }

  override onSocketError(error: Error & { readonly code?: string }): void {
    this.#attempts.failed(error.code ?? error.message);
    super.onSocketError(error);
  }

  override onSocketClosed(hadError: boolean): void {
    if (this.#ended.signal.aborted) return;
    clearTimeout(this.connectTimeoutHandler ?? undefined);
    this.#socketClosed.abort();
    this.#reader = new FrameReader();
    this.#pings = [];
    this.#attempts.count(this.sessionTimeout);
    this.#keepUnanswered();
    const { isReady, server } = this.#attempts;
    this.#attempts.end();
    if (isReady) this.#listener.disconnected(server);
    if (this.state === STATES.CLOSING) this.destroy();
    else super.onSocketClosed(hadError);
  }

  /** Its pings depend on the socket being silent both ways; ours do not. */
  override onSocketTimeout(): void {}

  #onFrame(frame: Buffer): void {
    if (this.state === STATES.CONNECTING) this.#onHandshake(frame);
    else this.#onMessage(frame, frame.readInt32BE(4), frame.readInt32BE(16));
  }

  #onHandshake(frame: Buffer): void {
    super.onSocketData(frame);
    if (this.state === STATES.SESSION_EXPIRED) {
      this.#listener.refused('expired');
      return;
    }
    this.#listener.answered(this.#attempts.startedAt);
    this.#listener.negotiated(this.sessionTimeout);
    const heartbeat = {
      clock: this.#clock,
      timeoutMs: this.sessionTimeout,
      lastHeard: () => this.#heardAt,
      ping: () => this.#line.unshift({ request: ping(), callback: () => undefined }),
      giveUp: () => {
        this.#listener.beforeActing();
        this.#hangUp('fell silent');
      },
    };
    void keepAlive(heartbeat, this.#socketClosed.signal);
    if (this.#unauthenticated === 0) this.#onReady();
  }

  #onMessage(frame: Buffer, xid: number, serverCode: number): void {
    switch (xid) {
      case jute.XID_PING:
        this.#listener.answered(this.#pings.shift() ?? Number.NEGATIVE_INFINITY);
        break;
      case jute.XID_AUTHENTICATION:
        this.#onAuthentication(serverCode);
        break;
      case jute.XID_NOTIFICATION:
        super.onSocketData(frame);
        break;
      default:
        this.#onReply(frame, xid, serverCode);
    }
  }

  #onAuthentication(serverCode: number): void {
    this.#unauthenticated -= 1;
    if (serverCode !== 0) this.#listener.refused('denied');
    else if (this.#unauthenticated === 0) this.#onReady();
  }

  #onReady(): void {
    this.#attempts.ready();
    this.#listener.ready(this.#attempts.server);
    if (this.#closing) super.close();
  }

  #onReply(frame: Buffer, xid: number, serverCode: number): void {
    const [packet] = this.pendingQueue as Packet[];
    if (packet?.request.header.xid !== xid) {
      this.#hangUp('answered out of order');
      return;
    }
    if (packet.sentAt !== undefined) this.#listener.answered(packet.sentAt);
    const before = this.zxid;
    if (serverCode === 0) super.onSocketData(frame);
    else this.#onRefusal(packet, serverCode);
    const seen = Buffer.from(frame.subarray(8, 16));
    // Only forward: the server refuses whoever claims to know a later one, and watches depend on it.
    this.zxid = seen.readBigInt64BE() > before.readBigInt64BE() ? seen : before;
    if (packet.request.header.type === jute.OP_CODES.CLOSE_SESSION) this.destroy();
  }

  /** Not left to node-zookeeper-client, which throws on codes that it does not know. */
  #onRefusal(packet: Packet, serverCode: number): void {
    this.pendingQueue.shift();
    packet.callback(new ServerRefusal(serverCode));
  }

  #onSending(packet: Packet): void {
    const now = this.#clock.now();
    packet.sentAt = now;
    packet.sends = (packet.sends ?? 0) + 1;
    if (packet.request.header.type === jute.OP_CODES.PING) this.#pings.push(now);
    if (this.xid > MAX_XID) this.xid = 1;
    this.#listener.sent(now);
  }

  /** Put what is still worth sending back in front, in order; let the rest fail. */
  #keepUnanswered(): void {
    const { again, lost } = sortUnanswered(this.pendingQueue, this.#line.takeAll());
    this.pendingQueue = [];
    this.#line.replaceWith(again);
    for (const { packet, because } of lost) packet.callback(because);
  }

  #hangUp(because: string): void {
    this.#attempts.failed(because);
    this.socket?.destroy();
  }
}
