import { RawClient, type Reply } from '../support/raw-client.ts';
import { done } from '../support/world.ts';
import { AT_FIRST, type Command, type Request } from './commands.ts';

/** A long time, in milliseconds. */
const LONG = 3_600_000n;
const ZXIDS = new Set(['zxid', 'czxid', 'mzxid', 'pzxid']);
const TIMES = new Set(['ctime', 'mtime']);
/** Their order is nobody's promise. */
const UNORDERED = new Set(['children', 'children2', 'multiRead', 'ephemerals', 'whoAmI']);

/**
 * Plays a story on one server, and tells what was seen in words that do not depend on the server: zxids counted from
 * the beginning, sessions by their place, no times.
 */
export class Player {
  readonly #port: number;
  readonly #root: string;
  readonly #sessions: RawClient[] = [];
  readonly #names = new Map<bigint, string>();
  /** The zxid from which others are counted. */
  readonly #start: bigint;

  static async start(port: number, { root, sessions }: { root: string; sessions: number }): Promise<Player> {
    const client = await RawClient.connect(port);
    const { zxid } = await client.create(root);
    for (const path of AT_FIRST) await done(client.create(`${root}${path}`));
    await done(client.closeSession());
    const player = new Player(port, { root, start: zxid });
    for (let place = 0; place < sessions; place += 1) await player.#enter(place);
    return player;
  }

  private constructor(port: number, { root, start }: { root: string; start: bigint }) {
    this.#port = port;
    this.#root = root;
    this.#start = start;
  }

  /** @returns what was answered */
  async play(command: Command): Promise<string> {
    const session = this.#at(command.session);
    switch (command.do) {
      case 'ask':
        return this.#told(await Promise.all(command.requests.map((request) => this.#ask(session, request))));
      case 'reconnect':
        return this.#told(await this.#reconnect(command.session, command.watches));
      case 'close':
        return this.#told(await this.#close(command.session));
    }
  }

  /** @returns what every session heard since it was asked last, in order */
  async heard(): Promise<string[]> {
    const all: string[] = [];
    for (const [place, session] of this.#sessions.entries()) {
      await session.ping();
      all.push(...session.arrivals.splice(0).map((arrival) => `${place}: ${arrival}`));
    }
    return all;
  }

  /** @returns every znode with all that is known of it, as a session sees it that has said nothing about itself */
  async tree(): Promise<string[]> {
    const onlooker = await RawClient.connect(this.#port, { root: this.#root });
    const lines = await this.#branch(onlooker, '/');
    await onlooker.closeSession();
    return lines;
  }

  /** End every session, so that none expires in the next story. */
  async end(): Promise<void> {
    await Promise.all(this.#sessions.map((session) => session.closeSession()));
  }

  async #branch(onlooker: RawClient, path: string): Promise<string[]> {
    const [node, acl, children] = await Promise.all([
      onlooker.getData(path),
      onlooker.getAcl(path),
      onlooker.children(path),
    ]);
    const lines = [`${path} ${this.#told([node.error, node.value, acl.error, acl.value?.acl, children.error])}`];
    for (const name of [...(children.value ?? [])].sort())
      lines.push(...(await this.#branch(onlooker, path === '/' ? `/${name}` : `${path}/${name}`)));
    return lines;
  }

  async #ask(session: RawClient, request: Request): Promise<unknown> {
    const reply = await ask(session, request);
    const isUnordered = UNORDERED.has(request.ask);
    return isUnordered ? { ...reply, value: sorted(reply.value) } : reply;
  }

  async #reconnect(place: number, watches: readonly (readonly string[])[]): Promise<unknown> {
    const before = this.#at(place);
    // So that every event that was sent has come.
    await before.ping();
    await before.drop();
    const { session, lastZxidSeen } = before;
    const after = await RawClient.connect(this.#port, { root: this.#root, session, lastZxidSeen });
    after.arrivals.push(...before.arrivals, 'reconnected');
    this.#sessions[place] = after;
    return [after.sessionId === session.id, await after.setWatches(lastZxidSeen, ...watches)];
  }

  /** The ephemerals of a session go in any order. */
  async #close(place: number): Promise<unknown> {
    const before = await this.heard();
    const reply = await this.#at(place).closeSession();
    await this.#at(place).connection.closed;
    const others = this.#sessions.filter((_, other) => other !== place);
    await Promise.all(others.map((other) => other.ping()));
    const after = others.map((other) => other.arrivals.splice(0).sort());
    await this.#enter(place);
    return [before, reply, after];
  }

  async #enter(place: number): Promise<void> {
    const client = await RawClient.connect(this.#port, { root: this.#root, timeoutMs: 60_000 });
    this.#sessions[place] = client;
    this.#names.set(client.sessionId, `session ${this.#names.size}`);
  }

  #at(place: number): RawClient {
    const session = this.#sessions[place];
    if (session === undefined) throw new Error(`there is no session ${place}`);
    return session;
  }

  #told(value: unknown): string {
    return JSON.stringify(value, (key, field) => {
      if (TIMES.has(key)) return undefined;
      if (typeof field !== 'bigint') return field;
      if (ZXIDS.has(key)) return Number(field - this.#start);
      return this.#names.get(field) ?? String(field);
    });
  }
}

function ask(session: RawClient, request: Request): Promise<Reply<unknown>> {
  switch (request.ask) {
    case 'create':
    case 'create2':
      return session[request.ask](request.path, { data: request.data, flags: request.kind, acl: request.acl });
    case 'createTtl':
      return session.createTtl(request.path, LONG);
    case 'createContainer':
    case 'getAcl':
    case 'sync':
    case 'ephemerals':
    case 'descendants':
      return session[request.ask](request.path);
    case 'exists':
    case 'getData':
    case 'children':
    case 'children2':
      return session[request.ask](request.path, request.watch);
    case 'delete':
      return session.delete(request.path, request.version);
    case 'setData':
      return session.setData(request.path, request.data, request.version);
    default:
      return askOthers(session, request);
  }
}

type Other = Extract<
  Request,
  { ask: 'setAcl' | 'multi' | 'multiRead' | 'addWatch' | 'removeWatches' | 'auth' | 'whoAmI' }
>;

function askOthers(session: RawClient, request: Other): Promise<Reply<unknown>> {
  switch (request.ask) {
    case 'setAcl':
      return session.setAcl(request.path, request.acl, request.version);
    case 'multi':
    case 'multiRead':
      return session[request.ask](request.ops);
    case 'addWatch':
      return session.addWatch(request.path, request.mode);
    case 'removeWatches':
      return session.removeWatches(request.path, request.type);
    case 'auth':
      return session.auth('digest', request.credentials);
    case 'whoAmI':
      return session.whoAmI();
  }
}

/** Lists of names in an order of our own, also inside of an answer or of several. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value))
    return value.every((each) => typeof each === 'string') ? [...value].sort() : value.map(sorted);
  if (typeof value !== 'object' || value === null || !('children' in value)) return value;
  return { ...value, children: sorted(value.children) };
}
