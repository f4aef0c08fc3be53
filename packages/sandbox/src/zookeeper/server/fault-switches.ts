import type { Faults } from '../faults.ts';
import { parseSessionName } from '../sessions/session.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';
import type { Outlet } from './outlet.ts';
import type { Service } from './service.ts';

export interface FaultSwitchesOptions {
  readonly service: Service;
  readonly database: Database;
  readonly outlet: Outlet;
  readonly onEvent: (event: string) => void;
}

/** The buttons, wired to a server. */
export class FaultSwitches implements Faults {
  readonly #options: FaultSwitchesOptions;

  constructor(options: FaultSwitchesOptions) {
    this.#options = options;
  }

  expireSession(name: string): boolean {
    const { service, database, outlet } = this.#options;
    const session = database.sessions.get(parseSessionName(name) ?? 0n);
    if (session === undefined) return false;
    service.expire(session, 'was expired on purpose');
    outlet.flush();
    return true;
  }

  dropConnections(session?: string): number {
    const connections = this.#connections(session);
    for (const connection of connections) connection.drop('it was cut on purpose');
    return connections.length;
  }

  holdConnections(session?: string): number {
    const connections = this.#connections(session);
    for (const connection of connections) connection.hold();
    this.#tell(`${connections.length} connections are held on purpose`);
    return connections.length;
  }

  release(): void {
    for (const connection of this.#connections()) connection.release();
    this.#tell('no connection is held any more');
  }

  refuseConnections(refuse: boolean): void {
    this.#options.service.refuseConnections(refuse);
    this.#tell(refuse ? 'connections are refused on purpose' : 'connections are taken again');
  }

  delayReplies(ms: number): void {
    this.#options.outlet.delayMs = Math.max(0, ms);
    this.#tell(`replies leave ${ms} ms later on purpose`);
  }

  pause(): void {
    this.#options.outlet.pause();
    for (const connection of this.#connections()) connection.regulate();
    this.#tell('everything is paused on purpose');
  }

  resume(): void {
    const { outlet, service } = this.#options;
    if (!outlet.isPaused) return;
    outlet.resume();
    // Time has passed, also for sessions.
    service.tick();
    for (const connection of this.#connections()) connection.resume();
    this.#tell('nothing is paused any more');
  }

  clear(): void {
    this.refuseConnections(false);
    this.delayReplies(0);
    this.release();
    this.resume();
  }

  inForce(): readonly string[] {
    const { service, outlet } = this.#options;
    const held = this.#connections().filter(({ isHeld }) => isHeld).length;
    return [
      ...(outlet.isPaused ? ['everything is paused'] : []),
      ...(service.isRefusing ? ['connections are refused'] : []),
      ...(outlet.delayMs > 0 ? [`replies are delayed by ${outlet.delayMs} ms`] : []),
      ...(held > 0 ? [`${held} connection${held === 1 ? ' is' : 's are'} held`] : []),
    ];
  }

  #connections(session?: string): readonly Connection[] {
    const all = [...this.#options.service.connections];
    if (session === undefined) return all;
    const id = parseSessionName(session);
    return all.filter((connection) => connection.session !== undefined && connection.session.id === id);
  }

  #tell(event: string): void {
    this.#options.onEvent(event);
  }
}
