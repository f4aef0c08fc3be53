import type { Socket } from 'node:net';

import { messageOf } from 'ochopod-core';

import type { Session, SessionConnection } from '../sessions/session.ts';
import { type Acl, type Identity, isAllowed, PERMS } from '../tree/acl.ts';
import type { WatchEvent, Watcher } from '../watches/watches.ts';
import { CODE, type Code } from '../wire/codes.ts';
import { FrameDecoder } from '../wire/frame-decoder.ts';
import { JuteWriter } from '../wire/jute-writer.ts';
import { Statistics } from './statistics.ts';

/** A client that does not read what it asked for is not listened to while more than this waits for it. */
const MAX_UNREAD = 1 << 20;
/** Watches that last may tell without being asked; a client that does not read even that is cut off. */
const MAX_UNTAKEN = 16 << 20;

const NOTIFICATION = { xid: -1, zxid: -1, code: CODE.ok } as const;
const SYNC_CONNECTED = 3;

/** What connections need of the server that they belong to. */
export interface ConnectionHost {
  /** Whether nothing is to be read and answered at all. */
  readonly isPaused: boolean;
  onFrame(connection: Connection, frame: Buffer): void;
  /** @returns whether a connection that begins with this word was answered */
  onWord(connection: Connection, word: string): boolean;
  onBatchStart(): void;
  /** Called when a batch of frames was handled. */
  onBatch(connection: Connection, frames: number): void;
  /** Called when `out` has something to send. */
  onOutput(connection: Connection): void;
  onClosed(connection: Connection, why: string): void;
}

interface ConnectionOptions {
  readonly socket: Socket;
  readonly host: ConnectionHost;
  readonly acceptedAt: number;
}

interface ReplyHeader {
  readonly xid: number;
  readonly zxid: number;
  readonly code: Code;
}

/** One client's socket: cuts what arrives into frames, and sends what was written into `out`. */
export class Connection implements Watcher, SessionConnection {
  readonly client: string;
  /** By the clock. */
  readonly acceptedAt: number;
  /** What waits to be sent; whoever writes into it by hand calls `onOutput` of the host. */
  readonly out = new JuteWriter();
  readonly identities: Identity[];
  session: Session | undefined;
  /** What it was handed over and has not sent yet, wherever that waits. */
  unsent = 0;
  sent = 0;
  lastXid = 0;
  lastOp = 0;
  readonly statistics = new Statistics();
  readonly #socket: Socket;
  readonly #host: ConnectionHost;
  readonly #decoder = new FrameDecoder();
  /** What was to be sent while it was held. */
  #withheld: Buffer[] = [];
  #isHeld = false;
  #isClosed = false;
  /** Set once nothing more is handled. */
  #finishedBecause: string | undefined;

  constructor({ socket, host, acceptedAt }: ConnectionOptions) {
    this.#socket = socket;
    this.#host = host;
    this.acceptedAt = acceptedAt;
    // A server on all addresses sees those of IPv4 in IPv6 clothes.
    const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    this.client = `${address}:${socket.remotePort}`;
    this.identities = [{ scheme: 'ip', id: address }];
    socket.setNoDelay(true);
    socket.on('data', (chunk: Buffer) => this.#onData(chunk));
    socket.on('error', (error) => this.#end(messageOf(error)));
    socket.on('close', () => this.#end('the client closed it'));
    this.regulate();
  }

  get isHeld(): boolean {
    return this.#isHeld;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Begin a reply. @returns what `endReply` needs */
  beginReply({ xid, zxid, code }: ReplyHeader): number {
    const start = this.out.beginFrame();
    this.out.int(xid);
    this.out.number(zxid);
    this.out.int(code);
    return start;
  }

  endReply(start: number): void {
    this.out.endFrame(start);
    this.sent += 1;
    this.#host.onOutput(this);
  }

  reply(header: ReplyHeader): void {
    this.endReply(this.beginReply(header));
  }

  /** It has shown to be somebody. */
  identify(identity: Identity): void {
    const isSame = ({ scheme, id }: Identity) => scheme === identity.scheme && id === identity.id;
    if (!this.identities.some(isSame)) this.identities.push(identity);
  }

  notify(event: WatchEvent, path: string, acl?: readonly Acl[]): void {
    if (this.#isClosed || this.#finishedBecause !== undefined) return;
    if (acl !== undefined && !isAllowed(acl, PERMS.read, this.identities)) return;
    const start = this.beginReply(NOTIFICATION);
    this.out.int(event);
    this.out.int(SYNC_CONNECTED);
    this.out.string(path);
    this.endReply(start);
    if (this.out.length > MAX_UNTAKEN) this.drop('it does not read its events');
  }

  /** Handle nothing more, and close it when what waits was sent. */
  finish(why: string): void {
    this.#finishedBecause = why;
    this.#host.onOutput(this);
  }

  /** Send bare text, and close it. */
  say(text: string): void {
    this.out.append(Buffer.from(text));
    this.finish('it was told what it asked');
  }

  drop(why: string): void {
    this.#socket.destroy();
    this.#end(why);
  }

  hold(): void {
    this.#isHeld = true;
    this.regulate();
  }

  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const withheld = Buffer.concat(this.#withheld);
    this.#withheld = [];
    this.#write(withheld);
    this.resume();
  }

  /** Go on after everything was paused, or this one was held. */
  resume(): void {
    this.#host.onOutput(this);
    this.#pump();
  }

  /** Send bytes that were taken from `out`. */
  deliver(bytes: Buffer): void {
    this.unsent -= bytes.length;
    if (this.#isHeld) this.#withheld.push(bytes);
    else this.#write(bytes);
  }

  /** Read from the socket, or do not. */
  regulate(): void {
    if (this.#isClosed) return;
    const isReading = !this.#socket.isPaused();
    if (this.#isReady && !isReading) this.#socket.resume();
    if (!this.#isReady && isReading) this.#socket.pause();
  }

  get #isReady(): boolean {
    if (this.#isHeld || this.#finishedBecause !== undefined || this.#isClosed || this.#host.isPaused) return false;
    return this.out.length + this.unsent + this.#socket.writableLength <= MAX_UNREAD;
  }

  #onData(chunk: Buffer): void {
    this.#decoder.push(chunk);
    this.#pump();
  }

  #pump(): void {
    // A batch ends early when too much waits; sending that may make room at once.
    while (this.#isReady && !this.#handleBatch());
    this.regulate();
  }

  /** @returns whether there is no whole frame left */
  #handleBatch(): boolean {
    let frames = 0;
    let isExhausted = false;
    this.#host.onBatchStart();
    try {
      while (this.#isReady && !isExhausted) {
        isExhausted = !this.#handleNext();
        if (!isExhausted) frames += 1;
      }
    } catch (error) {
      this.drop(messageOf(error));
    }
    this.#host.onBatch(this, frames);
    return isExhausted;
  }

  #handleNext(): boolean {
    if (this.session === undefined) {
      const word = this.#decoder.peekWord();
      if (word !== undefined && this.#host.onWord(this, word)) return true;
    }
    const frame = this.#decoder.next();
    if (frame === undefined) return false;
    this.#host.onFrame(this, frame);
    return true;
  }

  #write(bytes: Buffer): void {
    if (this.#isClosed) return;
    if (bytes.length > 0) this.#socket.write(bytes, this.#onWritten);
    const isLast = this.#finishedBecause !== undefined && this.out.length === 0 && this.unsent === 0;
    if (isLast) this.#socket.destroySoon();
    else if (this.#socket.writableLength > MAX_UNTAKEN) this.drop('it does not read what it is sent');
  }

  readonly #onWritten = (): void => {
    if (!this.#isClosed && this.#socket.isPaused() && this.#isReady) this.#pump();
  };

  #end(why: string): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#host.onClosed(this, this.#finishedBecause ?? why);
  }
}
