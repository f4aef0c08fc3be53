import { settleOrAbort } from '../waiting/settle-or-abort.ts';
import { checkSize, checkTransactionSize } from './limits.ts';
import * as requests from './nzc/requests.ts';
import { observe, type Sighting } from './observe.ts';
import { checkPath, childOf, nameOf, parentOf } from './paths.ts';
import { HUNG_UP_ON, inOurWords, isRefusal, SERVER_CODES, ServerRefusal } from './server-codes.ts';
import type { Session, Ticket, TransactionStep, Znode } from './session.ts';
import type { AskOptions, SessionLink } from './session-link.ts';
import { type Watched, WatchHub } from './watch-hub.ts';
import { NOTHING_THERE, sightingOf, sightingOfChildren, znodeOf } from './znode.ts';

/** A ticket with more data than this is not tried for ever: it may be the reason why connections break. */
const SUSPECT = { tries: 3, bytes: 64 * 1024 };

/** `Session` in ZooKeeper's own terms. */
export class ZooKeeperSession implements Session {
  readonly #link: SessionLink;
  /** What every path goes below; empty when there is none. */
  readonly #chroot: string;
  readonly #hub: WatchHub;

  constructor(link: SessionLink, chroot: string) {
    this.#link = link;
    this.#chroot = chroot;
    this.#hub = new WatchHub(({ kind, path }, watcher) => link.forget({ kind, path, watcher }));
  }

  get id(): string {
    return this.#link.id;
  }

  get lost(): AbortSignal {
    return this.#link.lost;
  }

  async get(path: string, signal: AbortSignal): Promise<Znode | undefined> {
    const answer = await this.#read(path, requests.getData(this.#full(path), false), { signal });
    return answer && znodeOf(answer);
  }

  async children(path: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const answer = await this.#read(path, requests.getChildren(this.#full(path), false), { signal });
    return answer?.children;
  }

  async ensure(path: string, signal: AbortSignal): Promise<void> {
    try {
      await this.#ensure(this.#full(path), signal);
    } catch (error) {
      throw inOurWords(error, path);
    }
  }

  async createTicket(ticket: Ticket, signal: AbortSignal): Promise<string> {
    const { parent, prefix, data } = ticket;
    checkPath(childOf(parent, `${prefix}0`));
    checkSize(childOf(parent, prefix), data);
    signal.throwIfAborted();
    const made = this.#makeTicket(ticket);
    try {
      return await settleOrAbort([signal, this.lost], ({ resolve, reject }) => void made.then(resolve, reject));
    } catch (error) {
      // Nobody waits for it any more, and nobody else would ever take it out of its queue.
      void made
        .then((name) => this.#link.ask(requests.remove(this.#full(childOf(parent, name)))))
        .catch(() => undefined);
      throw error;
    }
  }

  async set(path: string, data: string, signal: AbortSignal): Promise<void> {
    checkSize(path, data);
    await this.#ask(path, requests.setData(this.#full(path), data), { signal });
  }

  async remove(path: string, signal: AbortSignal): Promise<void> {
    await this.#read(path, requests.remove(this.#full(path)), { signal });
  }

  async transaction(steps: readonly TransactionStep[], signal: AbortSignal): Promise<void> {
    checkTransactionSize(steps);
    if (steps.length === 0) return;
    const inFull = steps.map((step) => ({ ...step, path: this.#full(step.path) }));
    const codes = await this.#ask(`a transaction of ${steps.length} steps`, requests.transaction(inFull), { signal });
    const refused = codes.findIndex((code) => code !== 0);
    if (refused === -1) return;
    throw inOurWords(new ServerRefusal(codes[refused] ?? 0), steps[refused]?.path ?? '', refused);
  }

  watchNode(path: string, signal: AbortSignal): AsyncIterable<Znode | undefined> {
    const data = { kind: 'data', path: this.#full(path) } as const;
    const subscribe = (wake: () => void) => this.#hub.subscribe([data], wake);
    return observe({ look: () => this.#lookAtNode(path), subscribe }, [signal, this.lost]);
  }

  watchChildren(path: string, signal: AbortSignal): AsyncIterable<readonly string[] | undefined> {
    const full = this.#full(path);
    // While there is no such znode its coming is watched for.
    const watches: Watched[] = ['data' as const, 'child' as const].map((kind) => ({ kind, path: full }));
    const subscribe = (wake: () => void) => this.#hub.subscribe(watches, wake);
    return observe({ look: () => this.#lookAtChildren(path), subscribe }, [signal, this.lost]);
  }

  close(): Promise<void> {
    return this.#link.close();
  }

  async #lookAtNode(path: string): Promise<Sighting<Znode | undefined>> {
    const full = this.#full(path);
    for (;;) {
      const onAnswer = (refusal: unknown) => refusal === null && this.#watch({ kind: 'data', path: full });
      const answer = await this.#read(path, requests.getData(full, true), { onAnswer });
      if (answer !== undefined) return sightingOf(answer);
      if (await this.#isStillMissing(path)) return NOTHING_THERE;
    }
  }

  async #lookAtChildren(path: string): Promise<Sighting<readonly string[] | undefined>> {
    const full = this.#full(path);
    for (;;) {
      const onAnswer = (refusal: unknown) => refusal === null && this.#watch({ kind: 'child', path: full });
      const answer = await this.#read(path, requests.getChildren(full, true), { onAnswer });
      if (answer !== undefined) return sightingOfChildren(answer.children, answer.stat);
      if (await this.#isStillMissing(path)) return NOTHING_THERE;
    }
  }

  /** Watch for its coming, and look whether it has come already. */
  async #isStillMissing(path: string): Promise<boolean> {
    const full = this.#full(path);
    let missing = false;
    const onAnswer = (refusal: unknown) => {
      missing = isRefusal(refusal, SERVER_CODES.NO_NODE);
      if (missing || refusal === null) this.#watch({ kind: 'data', path: full }, missing);
    };
    await this.#read(path, requests.exists(full, true), { onAnswer });
    return missing;
  }

  #watch(watched: Watched, isMissing = false): void {
    const watcher = this.#hub.listener(watched);
    if (watcher !== undefined) this.#link.watch({ ...watched, watcher, isMissing });
  }

  async #ensure(path: string, signal: AbortSignal): Promise<void> {
    if (await this.#exists(path, signal)) return;
    try {
      await this.#link.ask(requests.create(path, '', 'persistent'), { signal });
    } catch (error) {
      if (isRefusal(error, SERVER_CODES.NODE_EXISTS)) return;
      if (!isRefusal(error, SERVER_CODES.NO_NODE)) throw error;
      await this.#ensure(parentOf(path), signal);
      await this.#ensure(path, signal);
    }
  }

  async #exists(path: string, signal: AbortSignal): Promise<boolean> {
    try {
      await this.#link.ask(requests.exists(path, false), { signal });
      return true;
    } catch (error) {
      if (isRefusal(error, SERVER_CODES.NO_NODE)) return false;
      throw error;
    }
  }

  async #makeTicket(ticket: Ticket): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      const made = (await this.#tryTicket(ticket)) ?? (await this.#findTicket(ticket));
      if (made !== undefined) return made;
      if (tries < SUSPECT.tries || ticket.data.length <= SUSPECT.bytes) continue;
      throw inOurWords(new ServerRefusal(HUNG_UP_ON), childOf(ticket.parent, ticket.prefix));
    }
  }

  /** `undefined` when the reply was lost, and with it whether the ticket was made. */
  async #tryTicket({ parent, prefix, data }: Ticket): Promise<string | undefined> {
    const path = childOf(parent, prefix);
    try {
      const question = requests.create(this.#full(path), data, 'ephemeralSequential');
      return nameOf(await this.#link.ask(question, { resend: false }));
    } catch (error) {
      if (isRefusal(error, SERVER_CODES.CONNECTION_LOSS)) return undefined;
      throw inOurWords(error, path);
    }
  }

  async #findTicket({ parent, prefix }: Ticket): Promise<string | undefined> {
    // Goes through the leader, so what was on its way before is done, and known to our server, when it is answered.
    await this.#ask(parent, requests.transaction([{ kind: 'check', path: this.#full(parent) }]));
    const siblings = await this.#read(parent, requests.getChildren(this.#full(parent), false));
    for (const name of siblings?.children.filter((child) => child.startsWith(prefix)) ?? []) {
      const path = childOf(parent, name);
      const answer = await this.#read(path, requests.getData(this.#full(path), false));
      if (answer !== undefined && znodeOf(answer).owner === this.id) return name;
    }
    return undefined;
  }

  /** As `#ask`, with `undefined` for what is not there. */
  async #read<Answer>(path: string, question: requests.Question<Answer>, options?: AskOptions) {
    try {
      return await this.#link.ask(question, options);
    } catch (error) {
      if (isRefusal(error, SERVER_CODES.NO_NODE)) return undefined;
      throw inOurWords(error, path);
    }
  }

  async #ask<Answer>(path: string, question: requests.Question<Answer>, options?: AskOptions) {
    try {
      return await this.#link.ask(question, options);
    } catch (error) {
      throw inOurWords(error, path);
    }
  }

  #full(path: string): string {
    checkPath(path);
    if (this.#chroot === '') return path;
    return path === '/' ? this.#chroot : `${this.#chroot}${path}`;
  }
}
