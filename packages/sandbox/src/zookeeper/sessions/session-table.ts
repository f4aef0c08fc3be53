import type { Session } from './session.ts';

/**
 * The sessions that live, and when each of them expires unless it is heard of: on a tick, so that no session needs a
 * timer and all that expire together are found together.
 */
export class SessionTable {
  readonly #sessions = new Map<bigint, Session>();
  readonly #tickMs: number;
  /** Sessions by the tick on which they expire. */
  readonly #byTick = new Map<number, Set<Session>>();
  readonly #tickOf = new Map<Session, number>();

  constructor(tickMs: number) {
    this.#tickMs = tickMs;
  }

  get size(): number {
    return this.#sessions.size;
  }

  all(): Iterable<Session> {
    return this.#sessions.values();
  }

  get(id: bigint): Session | undefined {
    return this.#sessions.get(id);
  }

  add(session: Session, now: number): void {
    this.#sessions.set(session.id, session);
    this.touch(session, now);
  }

  remove(id: bigint): void {
    const session = this.#sessions.get(id);
    if (session === undefined) return;
    this.#sessions.delete(id);
    this.#forgetTick(session);
  }

  /** It was heard of: it has its whole timeout again. */
  touch(session: Session, now: number): void {
    const tick = Math.floor((now + session.timeoutMs) / this.#tickMs) + 1;
    if (this.#tickOf.get(session) === tick) return;
    this.#forgetTick(session);
    this.#tickOf.set(session, tick);
    const others = this.#byTick.get(tick);
    if (others === undefined) this.#byTick.set(tick, new Set([session]));
    else others.add(session);
  }

  /** Those that were not heard of for too long. They are here until they are removed. */
  expired(now: number): readonly Session[] {
    const due = [...this.#byTick].filter(([tick]) => tick * this.#tickMs <= now);
    return due.sort(([a], [b]) => a - b).flatMap(([, sessions]) => [...sessions]);
  }

  #forgetTick(session: Session): void {
    const tick = this.#tickOf.get(session);
    if (tick === undefined) return;
    this.#tickOf.delete(session);
    const others = this.#byTick.get(tick);
    others?.delete(session);
    if (others?.size === 0) this.#byTick.delete(tick);
  }
}
