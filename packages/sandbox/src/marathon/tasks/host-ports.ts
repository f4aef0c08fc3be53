import { OchoError } from 'ochopod-core';

import type { App } from '../app/app.ts';
import { type PortRequest, portRequests } from './port-requests.ts';

export interface HostPortsOptions {
  readonly first: number;
  readonly last: number;
  /** 0 to 1: where in the range to begin, so that two schedulers on one machine seldom meet. */
  readonly random: number;
  /** Ports that somebody listens on right now, as far as the system tells at once. */
  readonly listening: () => ReadonlySet<number>;
  /** The same a moment ago, for less. */
  readonly listeningLately: () => ReadonlySet<number>;
  /** Whether a port can be listened on, found out by doing so. */
  readonly canBind: (port: number) => Promise<boolean>;
}

/** Ports of the host, each given to one task at a time, and to the next as late as possible. */
export class HostPorts {
  readonly #options: HostPortsOptions;
  readonly #given = new Set<number>();
  /** Found taken by programs that are none of our tasks. */
  readonly #foreign = new Set<number>();
  #next: number;

  constructor(options: HostPortsOptions) {
    this.#options = options;
    this.#next = options.first + Math.floor((options.last - options.first + 1) * options.random);
  }

  /** @throws {OchoError} `CONFLICT` when none is left, or a required one is taken; nothing is given then */
  reserve(app: App): readonly number[] {
    const listening = this.#options.listeningLately();
    const requests = portRequests(app);
    const ports: number[] = [];
    const required = new Set(requests.map(({ hostPort }) => hostPort));
    try {
      for (const request of requests) {
        const port = request.hostPort === 0 ? this.#any(listening, required) : this.#this(request, listening);
        this.#given.add(port);
        ports.push(port);
      }
    } catch (error) {
      this.release(ports);
      throw error;
    }
    return ports;
  }

  release(ports: readonly number[]): void {
    for (const port of ports) this.#given.delete(port);
  }

  /**
   * Make sure that the ports of a task are free before it starts.
   *
   * @throws {OchoError} `CONFLICT` naming the first that is not; it is not given to others as long as there are any
   */
  async verify(app: App, ports: readonly number[]): Promise<void> {
    for (const [index, { protocol }] of portRequests(app).entries()) {
      const port = ports[index];
      if (port === undefined || protocol === 'udp' || (await this.#options.canBind(port))) continue;
      this.#foreign.add(port);
      throw taken(port);
    }
  }

  #this({ hostPort, protocol }: PortRequest, listening: ReadonlySet<number>): number {
    if (this.#given.has(hostPort)) throw taken(hostPort);
    if (protocol === 'udp' || !listening.has(hostPort)) return hostPort;
    // The task before it may have ended since.
    if (this.#options.listening().has(hostPort)) throw taken(hostPort);
    return hostPort;
  }

  #any(listening: ReadonlySet<number>, required: ReadonlySet<number>): number {
    const { first, last } = this.#options;
    const isFree = (candidate: number) =>
      !this.#given.has(candidate) && !listening.has(candidate) && !required.has(candidate);
    const port = this.#find((candidate) => isFree(candidate) && !this.#foreign.has(candidate)) ?? this.#find(isFree);
    if (port === undefined) {
      throw new OchoError(`no port of ${first} to ${last} is free`, {
        code: 'CONFLICT',
        hint: 'Scale applications down, or give the scheduler more ports.',
      });
    }
    this.#foreign.delete(port);
    this.#next = port === last ? first : port + 1;
    return port;
  }

  /** The first in the range, from the next on. */
  #find(isWanted: (port: number) => boolean): number | undefined {
    const { first, last } = this.#options;
    const size = last - first + 1;
    for (let step = 0; step < size; step += 1) {
      const port = first + ((this.#next - first + step) % size);
      if (isWanted(port)) return port;
    }
    return undefined;
  }
}

function taken(port: number): OchoError {
  return new OchoError(`port ${port} is taken by another program or task`, {
    code: 'CONFLICT',
    hint: 'End what listens on it, or let the scheduler choose the port (hostPort 0, requirePorts false).',
    details: { port },
  });
}
