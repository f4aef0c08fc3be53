import type { JuteRequest, JuteResponse } from 'node-zookeeper-client/lib/jute/index.js';

/** A request on its way, with what we need to know beyond node-zookeeper-client. */
export interface Packet {
  readonly request: JuteRequest;
  readonly callback: (error: unknown, response?: JuteResponse) => void;
  /** `true`: send it again when the connection breaks before its answer. `undefined`: it belongs to one connection. */
  readonly resend?: boolean;
  /** Nobody waits any more: not worth sending. */
  cancelled?: boolean;
  sentAt?: number;
  /** How often it was sent. */
  sends?: number;
}

export interface PacketLineOptions {
  /** Whether there is room for one more in flight. */
  readonly mayTake: () => boolean;
  readonly onTake: (packet: Packet) => void;
  /** Something may be there to be taken. */
  readonly onPush: () => void;
}

/** Fewer leading holes than this are not worth moving the rest for. */
const SHRINK_AT = 4096;

/**
 * What waits to be sent, first in first out, in the place of node-zookeeper-client's own queue.
 *
 * It hands out a bounded number at a time (pings excepted), does not slow down when it is long, and drops what nobody
 * waits for.
 */
export class PacketLine {
  readonly #options: PacketLineOptions;
  #urgent: Packet[] = [];
  #packets: Packet[] = [];
  #head = 0;

  constructor(options: PacketLineOptions) {
    this.#options = options;
  }

  push(packet: Packet): void {
    this.#packets.push(packet);
    this.#options.onPush();
  }

  /** Send it before everything else, and even when there is no room. */
  unshift(packet: Packet): void {
    this.#urgent.push(packet);
    this.#options.onPush();
  }

  shift(): Packet | undefined {
    const packet = this.#urgent.shift() ?? this.#next();
    if (packet !== undefined) this.#options.onTake(packet);
    return packet;
  }

  /** Take everything out. */
  takeAll(): Packet[] {
    const all = [...this.#urgent, ...this.#packets.slice(this.#head)];
    this.replaceWith([]);
    return all;
  }

  replaceWith(packets: Packet[]): void {
    this.#urgent = [];
    this.#packets = packets;
    this.#head = 0;
  }

  #next(): Packet | undefined {
    while (this.#packets[this.#head]?.cancelled) this.#advance();
    const packet = this.#packets[this.#head];
    if (packet === undefined || !this.#options.mayTake()) return undefined;
    this.#advance();
    return packet;
  }

  #advance(): void {
    this.#head += 1;
    const emptied = this.#head === this.#packets.length;
    if (!emptied && (this.#head < SHRINK_AT || this.#head * 2 < this.#packets.length)) return;
    this.#packets = this.#packets.slice(this.#head);
    this.#head = 0;
  }
}
