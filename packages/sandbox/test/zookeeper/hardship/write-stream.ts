import type { RawClient, Reply } from '../support/raw-client.ts';
import { done } from '../support/world.ts';

const HOME = '/stream';
const COUNTER = `${HOME}/counter`;
const AT_ONCE = 200;
/** So that snapshots are taken now and then. */
const BALLAST = 'x'.repeat(40_000);

/** What the server should hold after the first so many writes. */
interface State {
  readonly children: Set<string>;
  counter: number;
}

/**
 * Writes in one order on one connection. Each of them follows from its number alone, so that whoever sees the tree can
 * tell how many were done.
 */
export class WriteStream {
  /** How many were sent, and acknowledged: they are numbered from 0. */
  #sent: number;
  #acknowledged: number;

  /** @param begin how many were done before */
  constructor(begin: number) {
    this.#sent = begin;
    this.#acknowledged = begin;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Write until the connection ends; resolves with it. */
  async run(client: RawClient): Promise<void> {
    const write = async () => {
      for (;;) {
        const number = this.#sent;
        this.#sent += 1;
        const { error } = await perform(client, number);
        if (error !== 'ok') throw new Error(`write ${number}: ${error}`);
        this.#acknowledged = Math.max(this.#acknowledged, number + 1);
      }
    };
    const writers = Array.from({ length: AT_ONCE }, write);
    const outcomes = await Promise.allSettled(writers);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected' && !String(outcome.reason).includes('closed')) throw outcome.reason;
    }
  }

  /**
   * How many of the writes the server has.
   *
   * @throws when that is not exactly the first so many, or less than were acknowledged
   */
  async countDone(client: RawClient): Promise<number> {
    const children = new Set(await done(client.children(HOME)));
    const { data } = await done(client.getData(COUNTER));
    const counter = Number(data?.split(' ')[0]);
    const state: State = { children: new Set(['counter']), counter: 0 };
    for (let count = 0; count <= this.#sent; count += 1) {
      if (count >= this.#acknowledged && state.counter === counter && isSame(state.children, children)) return count;
      apply(state, count);
    }
    const facts = `counter ${counter}, ${children.size} children, acknowledged ${this.#acknowledged} of ${this.#sent}`;
    throw new Error(`what is there is not what was written: ${facts}`);
  }
}

export async function prepareStream(client: RawClient): Promise<void> {
  await done(client.create(HOME));
  await done(client.create(COUNTER, { data: '0' }));
}

/** Every fifth is of the same kind; children go again, so that there are not too many of them. */
function perform(client: RawClient, number: number): Promise<Reply<unknown>> {
  const at = (name: string) => `${HOME}/${name}`;
  switch (number % 5) {
    case 0:
      return client.create(at(`node-${number}`), { data: 'data' });
    case 1:
      return client.setData(COUNTER, `${number} ${BALLAST}`);
    case 2:
      return client.multi([
        { op: 'create', path: at(`left-${number}`) },
        { op: 'create', path: at(`right-${number}`) },
      ]);
    case 3:
      return client.multi([
        { op: 'delete', path: at(`left-${number - 1}`) },
        { op: 'setData', path: at(`right-${number - 1}`), data: 'alone' },
      ]);
    default:
      return client.delete(at(number % 10 === 4 ? `node-${number - 4}` : `right-${number - 2}`));
  }
}

/** The same without a server. */
function apply(state: State, number: number): void {
  const { children } = state;
  switch (number % 5) {
    case 0:
      children.add(`node-${number}`);
      break;
    case 1:
      state.counter = number;
      break;
    case 2:
      children.add(`left-${number}`).add(`right-${number}`);
      break;
    case 3:
      children.delete(`left-${number - 1}`);
      break;
    default:
      children.delete(number % 10 === 4 ? `node-${number - 4}` : `right-${number - 2}`);
  }
}

function isSame(some: ReadonlySet<string>, others: ReadonlySet<string>): boolean {
  return some.size === others.size && [...some].every((each) => others.has(each));
}
