import { once } from 'node:events';
import { createServer, type Server } from 'node:net';

import { type Clock, hostAndPort, messageOf, OchoError, systemClock } from 'ochopod-core';

import type { DurableLog } from '../durable-log.ts';
import { sessionName } from '../sessions/session.ts';
import { openDurableLog } from '../storage/open-durable-log.ts';
import type { SessionSummary, ZooKeeperServer, ZooKeeperServerOptions } from '../zookeeper-server.ts';
import { Database } from './database.ts';
import { FaultSwitches } from './fault-switches.ts';
import { Outlet } from './outlet.ts';
import { Service } from './service.ts';

const DEFAULTS = { host: '127.0.0.1', port: 0, tickMs: 200, maxSessionTimeoutMs: 60_000 } as const;

/**
 * Start a server. It listens when this resolves.
 *
 * @throws {OchoError} `CONFLICT` when the port is taken or another server uses `dataDir`, `INVALID_INPUT` when what is
 *   kept there is damaged, `DENIED` when the address cannot be used
 */
export async function startZooKeeperServer(options: ZooKeeperServerOptions = {}): Promise<ZooKeeperServer> {
  const log = options.dataDir === undefined ? undefined : await openDurableLog({ directory: options.dataDir });
  const server = new RunningServer(options, log);
  try {
    await server.start();
  } catch (error) {
    await server.close();
    throw error;
  }
  return server;
}

class RunningServer implements ZooKeeperServer {
  readonly host: string;
  readonly faults: FaultSwitches;
  readonly #options: ZooKeeperServerOptions;
  readonly #clock: Clock;
  readonly #tickMs: number;
  readonly #log: DurableLog | undefined;
  readonly #ending = new AbortController();
  readonly #listener: Server;
  readonly #database: Database;
  readonly #outlet: Outlet;
  readonly #service: Service;
  #port: number;
  #ticking = Promise.resolve();
  #closed: Promise<void> | undefined;

  constructor(options: ZooKeeperServerOptions, log: DurableLog | undefined) {
    const { clock = systemClock, wallTime = timeOfDay, tickMs = DEFAULTS.tickMs } = options;
    this.#options = options;
    this.#log = log;
    this.#clock = clock;
    this.#tickMs = tickMs;
    this.host = options.host ?? DEFAULTS.host;
    this.#port = options.port ?? DEFAULTS.port;
    const onEvent = options.onEvent ?? (() => {});
    const database = new Database({
      clock,
      wallTime,
      tickMs,
      log,
      onKept: () => this.#outlet.drain(),
      onFailure: (error) => this.#onDiskFailure(error),
    });
    this.#database = database;
    this.#outlet = new Outlet({ clock, signal: this.#ending.signal, journal: database.journal });
    this.#service = new Service({
      clock,
      wallTime,
      database,
      outlet: this.#outlet,
      minTimeoutMs: 2 * tickMs,
      maxTimeoutMs: options.maxSessionTimeoutMs ?? DEFAULTS.maxSessionTimeoutMs,
      onEvent,
      describe: () => ({ host: this.host, port: this.#port, dataDir: options.dataDir ?? '', tickMs }),
    });
    this.faults = new FaultSwitches({ service: this.#service, database, outlet: this.#outlet, onEvent });
    this.#listener = createServer((socket) => this.#service.accept(socket));
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    if (this.#log !== undefined) this.#database.restore(await this.#log.load());
    this.#listener.listen(this.#port, this.host);
    try {
      await once(this.#listener, 'listening');
    } catch (cause) {
      throw cannotListen(hostAndPort(this.host, this.#port), cause);
    }
    const address = this.#listener.address();
    if (address !== null && typeof address === 'object') this.#port = address.port;
    this.#ticking = this.#tick();
  }

  sessions(): readonly SessionSummary[] {
    const { tree, watches, sessions } = this.#database;
    const connections = new Map([...this.#service.connections].map((connection) => [connection.session, connection]));
    return [...sessions.all()].map((session) => {
      const connection = session.connection && connections.get(session);
      return {
        id: sessionName(session.id),
        timeoutMs: session.timeoutMs,
        client: session.connection?.client,
        ephemerals: [...tree.ephemeralsOf(session.id)],
        watches: connection === undefined ? 0 : watches.countOf(connection),
      };
    });
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#ending.abort();
    this.#service.refuseConnections(true);
    const closed = this.#listener.listening ? once(this.#listener.close(), 'close') : undefined;
    for (const connection of this.#service.connections) connection.drop('the server ends');
    await closed;
    await this.#ticking;
    await this.#database.journal.close();
  }

  async #tick(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      const now = this.#clock.now();
      await this.#clock.sleep(this.#tickMs - (now % this.#tickMs), signal).catch(() => {});
      // What has arrived is heard before anybody is judged to be silent.
      await new Promise((resolve) => setImmediate(resolve));
      if (!signal.aborted) this.#service.tick();
    }
  }

  /** What cannot be kept must not be acknowledged: nobody is answered any more. */
  #onDiskFailure(error: unknown): void {
    this.#options.onEvent?.(`nothing can be kept any more, so nobody is served: ${messageOf(error)}`);
    this.#outlet.pause();
    this.#service.refuseConnections(true);
    for (const connection of this.#service.connections) connection.drop('what it writes cannot be kept');
  }
}

function timeOfDay(): number {
  // biome-ignore lint/style/noRestrictedGlobals: the one place where a server without a time of its own has it from
  return Date.now();
}

function cannotListen(address: string, cause: unknown): OchoError {
  const isTaken = cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE';
  const code = isTaken ? 'CONFLICT' : 'DENIED';
  return new OchoError(`cannot listen on ${address}: ${messageOf(cause)}`, { code, cause });
}
