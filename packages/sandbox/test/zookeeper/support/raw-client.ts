import { type JuteReader, JuteWriter } from './jute.ts';
import { type Acl, errorName, eventName, OPS, type OpName, type Stat } from './protocol.ts';
import { RawConnection } from './raw-connection.ts';
import { body, type Fields, type Operation, type Result, readAcl, readResults, readStat, whole } from './requests.ts';

/** Answer to one request. */
export interface Reply<T> {
  readonly error: string;
  readonly zxid: bigint;
  /** Only when the error is `ok`. */
  readonly value: T | undefined;
}

export interface ConnectOptions {
  /** Default: so long that no session expires in the middle of another test, which would be a transaction. */
  readonly timeoutMs?: number;
  readonly lastZxidSeen?: bigint;
  readonly session?: { readonly id: bigint; readonly password: Buffer };
  /** Whether to say the byte at the end that older clients do not know. Default: true. */
  readonly saysReadOnly?: boolean;
  /** What the paths of this client are below, as clients do it. Default: nothing. */
  readonly root?: string;
}

type Pending = { readonly op: OpName; readonly settle: (frame: Reply<Buffer>) => void; fail(error: Error): void };

const HEADER_BYTES = 16;
const XIDS = { event: -1, ping: -2, auth: -4, setWatches: -8 } as const;
const EMPTY = Buffer.alloc(0);

/** A client that says what it is told to, and keeps what it hears in the order in which it came. */
export class RawClient {
  /** 0 when the server refused the session. */
  sessionId = 0n;
  password: Buffer = EMPTY;
  /** Negotiated; 0 when the server refused. */
  timeoutMs = 0;
  /** Nothing when the answer had no such byte. */
  readOnly: boolean | undefined;
  lastZxidSeen: bigint;
  /** Events and replies in the order of their arrival: `NodeCreated /a`, `create ok`. */
  readonly arrivals: string[] = [];
  readonly connection: RawConnection;
  readonly #root: string;
  readonly #pending = new Map<number, Pending[]>();
  readonly #events: string[] = [];
  readonly #waiting: ((event: string) => void)[] = [];
  #connected: (() => void) | undefined;
  #xid = 0;

  private constructor(connection: RawConnection, { root = '', lastZxidSeen = 0n }: ConnectOptions) {
    this.connection = connection;
    this.#root = root;
    this.lastZxidSeen = lastZxidSeen;
  }

  /** Resolves when the server has answered, also with a refusal. @throws Error when it closes without an answer */
  static async connect(port: number, options: ConnectOptions = {}): Promise<RawClient> {
    const connection = await RawConnection.open(port);
    const client = new RawClient(connection, options);
    connection.onFrame = (frame) => client.#take(frame);
    const answered = new Promise<boolean>((resolve) => {
      client.#connected = () => resolve(true);
    });
    void connection.closed.then(() => client.#failAll());
    connection.sendFrame(connectRequest(options));
    if (!(await Promise.race([answered, connection.closed]))) throw new Error('closed without an answer');
    return client;
  }

  get session(): { id: bigint; password: Buffer } {
    return { id: this.sessionId, password: this.password };
  }

  create(path: string, fields: Fields = {}): Promise<Reply<string>> {
    return this.#ask('create', { ...fields, path }, (from) => this.#below(from.text()));
  }

  create2(path: string, fields: Fields = {}): Promise<Reply<{ path: string; stat: Stat }>> {
    return this.#createWithStat('create2', path, fields);
  }

  createContainer(path: string, fields: Fields = {}): Promise<Reply<{ path: string; stat: Stat }>> {
    return this.#createWithStat('createContainer', path, { flags: 4, ...fields });
  }

  createTtl(path: string, ttl: bigint, fields: Fields = {}): Promise<Reply<{ path: string; stat: Stat }>> {
    return this.#createWithStat('createTTL', path, { flags: 5, ...fields, ttl });
  }

  delete(path: string, version = -1): Promise<Reply<void>> {
    return this.#ask('delete', { path, version }, () => {});
  }

  exists(path: string, watch = false): Promise<Reply<Stat>> {
    return this.#ask('exists', { path, watch }, readStat);
  }

  getData(path: string, watch = false): Promise<Reply<{ data: string | undefined; stat: Stat }>> {
    return this.#ask('getData', { path, watch }, (from) => ({ data: from.string(), stat: readStat(from) }));
  }

  setData(path: string, data: Fields['data'], version = -1): Promise<Reply<Stat>> {
    return this.#ask('setData', { path, data, version }, readStat);
  }

  getAcl(path: string): Promise<Reply<{ acl: Acl[]; stat: Stat }>> {
    return this.#ask('getACL', { path }, (from) => ({ acl: readAcl(from), stat: readStat(from) }));
  }

  setAcl(path: string, acl: readonly Acl[], version = -1): Promise<Reply<Stat>> {
    return this.#ask('setACL', { path, acl, version }, readStat);
  }

  children(path: string, watch = false): Promise<Reply<string[]>> {
    return this.#ask('getChildren', { path, watch }, (from) => from.strings());
  }

  children2(path: string, watch = false): Promise<Reply<{ children: string[]; stat: Stat }>> {
    return this.#ask('getChildren2', { path, watch }, (from) => ({ children: from.strings(), stat: readStat(from) }));
  }

  sync(path: string): Promise<Reply<string>> {
    return this.#ask('sync', { path }, (from) => this.#below(from.text()));
  }

  multi(ops: readonly Operation[]): Promise<Reply<Result[]>> {
    return this.#many('multi', ops);
  }

  multiRead(ops: readonly Operation[]): Promise<Reply<Result[]>> {
    return this.#many('multiRead', ops);
  }

  checkWatches(path: string, type: number): Promise<Reply<void>> {
    return this.#ask('checkWatches', { path, type }, () => {});
  }

  removeWatches(path: string, type: number): Promise<Reply<void>> {
    return this.#ask('removeWatches', { path, type }, () => {});
  }

  /** @returns the error that the body gives, beside the header's */
  addWatch(path: string, mode: number): Promise<Reply<string>> {
    return this.#ask('addWatch', { path, mode }, (from) => errorName(from.int()));
  }

  ephemerals(prefix: string): Promise<Reply<string[]>> {
    return this.#ask('getEphemerals', { path: prefix }, (from) => from.strings().map((path) => this.#below(path)));
  }

  descendants(path: string): Promise<Reply<number>> {
    return this.#ask('getAllChildrenNumber', { path }, (from) => from.int());
  }

  whoAmI(): Promise<Reply<string[]>> {
    return this.#ask('whoAmI', {}, (from) => from.list(() => `${from.text()} ${from.text()}`));
  }

  /** @returns when the reply is there; `closed` tells of the end of the connection */
  closeSession(): Promise<Reply<void>> {
    return this.#ask('closeSession', {}, () => {});
  }

  async ping(): Promise<Reply<void>> {
    return this.#parsed(await this.raw(OPS.ping, EMPTY, { xid: XIDS.ping, op: 'ping' }), () => {});
  }

  async auth(scheme: string, credentials: string): Promise<Reply<void>> {
    const bytes = new JuteWriter().int(0).string(scheme).buffer(Buffer.from(credentials)).bytes();
    return this.#parsed(await this.raw(OPS.auth, bytes, { xid: XIDS.auth, op: 'auth' }), () => {});
  }

  /** Five lists of paths: data, exists, child, and, for the newer form, persistent and recursive. */
  async setWatches(relativeZxid: bigint, ...lists: readonly (readonly string[])[]): Promise<Reply<void>> {
    const op = lists.length > 3 ? 'setWatches2' : 'setWatches';
    const to = new JuteWriter().long(relativeZxid);
    for (const list of lists) to.strings(list.map((path) => this.#above(path)));
    return this.#parsed(await this.raw(OPS[op], to.bytes(), { xid: XIDS.setWatches, op }), () => {});
  }

  /** Send a request of any kind. */
  raw(code: number, bytes: Uint8Array, { xid, op = 'ping' }: { xid?: number; op?: OpName } = {}) {
    const id = xid ?? this.#nextXid();
    const header = new JuteWriter().int(id).int(code).bytes();
    return new Promise<Reply<Buffer>>((settle, fail) => {
      if (this.connection.isClosed) return fail(new Error('the connection is closed'));
      this.#pending.set(id, [...(this.#pending.get(id) ?? []), { op, settle, fail }]);
      this.connection.sendFrame(Buffer.concat([header, bytes]));
    });
  }

  /** The next event that was not taken yet. */
  event(): Promise<string> {
    const event = this.#events.shift();
    if (event !== undefined) return Promise.resolve(event);
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Every event of what was replied to so far, to whomever, and not taken yet. */
  async heard(): Promise<string[]> {
    await this.ping();
    return this.#events.splice(0);
  }

  /** Drop the connection; the session goes on. */
  drop(): Promise<void> {
    return this.connection.drop();
  }

  #createWithStat(op: OpName, path: string, fields: Fields): Promise<Reply<{ path: string; stat: Stat }>> {
    return this.#ask(op, { ...fields, path }, (from) => ({ path: this.#below(from.text()), stat: readStat(from) }));
  }

  async #many(op: OpName, ops: readonly Operation[]): Promise<Reply<Result[]>> {
    const absolute = ops.map((each) => ({ ...each, path: this.#above(each.path) }));
    const reply = await this.#ask(op, { ops: absolute }, readResults);
    const value = reply.value?.map((result) =>
      result.path === undefined ? result : { ...result, path: this.#below(result.path) },
    );
    return { ...reply, value };
  }

  async #ask<T>(op: OpName, fields: Fields, read: (from: JuteReader) => T): Promise<Reply<T>> {
    const absolute = fields.path === undefined ? fields : { ...fields, path: this.#above(fields.path) };
    return this.#parsed(await this.raw(OPS[op], body(op, absolute), { op }), read);
  }

  #parsed<T>(reply: Reply<Buffer>, read: (from: JuteReader) => T): Reply<T> {
    const bytes = reply.value ?? EMPTY;
    const value = reply.error === 'ok' ? whole(bytes, read) : whole(bytes, () => undefined);
    return { ...reply, value };
  }

  #take(frame: Buffer): void {
    if (this.#connected !== undefined) this.#welcome(frame);
    else if (frame.readInt32BE(0) === XIDS.event) this.#hear(frame);
    else this.#settle(frame);
  }

  #welcome(frame: Buffer): void {
    whole(frame, (from) => {
      from.int();
      [this.timeoutMs, this.sessionId] = [from.int(), from.long()];
      this.password = Buffer.from(from.buffer() ?? EMPTY);
      this.readOnly = from.left > 0 ? from.bool() : undefined;
    });
    this.#connected?.();
    this.#connected = undefined;
  }

  #hear(frame: Buffer): void {
    const event = whole(frame.subarray(HEADER_BYTES), (from) => {
      const [type, state, path] = [from.int(), from.int(), from.text()];
      const oddState = state === 3 ? '' : ` in state ${state}`;
      return `${eventName(type)} ${this.#below(path)}${oddState}`;
    });
    this.arrivals.push(event);
    const waiter = this.#waiting.shift();
    if (waiter === undefined) this.#events.push(event);
    else waiter(event);
  }

  #settle(frame: Buffer): void {
    const [xid, zxid, error] = [frame.readInt32BE(0), frame.readBigInt64BE(4), errorName(frame.readInt32BE(12))];
    const [first, ...others] = this.#pending.get(xid) ?? [];
    if (others.length > 0) this.#pending.set(xid, others);
    else this.#pending.delete(xid);
    if (zxid > this.lastZxidSeen) this.lastZxidSeen = zxid;
    if (first === undefined) this.arrivals.push(`a reply to ${xid}, which nobody asked`);
    else this.arrivals.push(`${first.op} ${error}`);
    first?.settle({ error, zxid, value: frame.subarray(HEADER_BYTES) });
  }

  #failAll(): void {
    for (const pending of [...this.#pending.values()].flat()) pending.fail(new Error(`closed before ${pending.op}`));
    this.#pending.clear();
  }

  #nextXid(): number {
    this.#xid += 1;
    return this.#xid;
  }

  #above(path = '/'): string {
    if (this.#root === '') return path;
    return path === '/' ? this.#root : `${this.#root}${path}`;
  }

  #below(path: string): string {
    return path.startsWith(this.#root) ? path.slice(this.#root.length) || '/' : path;
  }
}

function connectRequest({ timeoutMs = 60_000, lastZxidSeen = 0n, session, saysReadOnly = true }: ConnectOptions) {
  const { id, password } = session ?? { id: 0n, password: Buffer.alloc(16) };
  const to = new JuteWriter().int(0).long(lastZxidSeen).int(timeoutMs).long(id).buffer(password);
  return saysReadOnly ? to.bool(false).bytes() : to.bytes();
}
