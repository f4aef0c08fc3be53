import { OchoError } from 'ochopod-core';
import type {
  ApplicationStatus,
  FaultOrder,
  FoundSandbox,
  Sandbox,
  SandboxEnd,
  SandboxStatus,
  TaskDirectory,
} from 'ochopod-sandbox';

import type { Announcement, NewSandbox, Sandboxes } from '../../src/context.ts';

/** Sandboxes that exist on paper only, and do not help: unknown things are refused, the stubborn does not end. */
export class FakeSandboxes implements Sandboxes {
  readonly there = new Map<string, FoundSandbox>();
  readonly asked: unknown[] = [];
  readonly announced: Announcement[] = [];
  /** What the next one that is started runs; `change` tells whoever looks. */
  applications: readonly ApplicationStatus[] = [];
  closed = 0;
  failure: OchoError | undefined;
  tasks: readonly TaskDirectory[] = [];
  #listener: (() => void) | undefined;
  #onEvent: (event: string) => void = () => {};

  add(name: string, condition: FoundSandbox['condition'] = 'running'): this {
    this.there.set(name, foundSandbox(name, condition));
    return this;
  }

  change(applications: readonly ApplicationStatus[]): void {
    this.applications = applications;
    this.#listener?.();
  }

  tell(event: string): void {
    this.#onEvent(event);
  }

  async start(sandbox: NewSandbox, onEvent: (event: string) => void): Promise<Sandbox> {
    this.asked.push({ start: sandbox });
    if (this.failure !== undefined) throw this.failure;
    this.#onEvent = onEvent;
    const { state } = foundSandbox(sandbox.name, 'running');
    const listen = (listener: () => void) => {
      this.#listener = listener;
      return () => {
        this.#listener = undefined;
      };
    };
    const close = async () => {
      if (this.#listener !== undefined) throw new Error('somebody still listens');
      this.closed += 1;
    };
    const fake = { state, applications: () => this.applications, scheduler: { events: { listen } }, close };
    return fake as unknown as Sandbox;
  }

  async announce(told: Announcement): Promise<void> {
    this.announced.push(told);
  }

  async detach(sandbox: NewSandbox) {
    this.asked.push({ detach: sandbox });
    if (this.failure !== undefined) throw this.failure;
    const { state } = foundSandbox(sandbox.name, 'running');
    if (state === undefined) throw new Error('it runs');
    return state;
  }

  async find(name: string): Promise<FoundSandbox | undefined> {
    return this.there.get(name);
  }

  async list(): Promise<readonly FoundSandbox[]> {
    return [...this.there.values()];
  }

  async status({ state }: FoundSandbox): Promise<SandboxStatus> {
    if (this.failure !== undefined) throw this.failure;
    if (state === undefined) throw new Error('it was not asked whether it runs');
    return { ...state, ...STATUS, applications: this.applications };
  }

  async fault(_sandbox: FoundSandbox, order: FaultOrder) {
    this.asked.push(order);
    if (order.session !== undefined && order.session !== '0x1') {
      throw new OchoError(`there is no session ${order.session}`, { code: 'NOT_FOUND' });
    }
    return { fault: order.fault, done: `did ${order.fault}`, inForce: ['something is broken'] };
  }

  async taskDirectories(_sandbox: FoundSandbox, what: string) {
    return this.tasks.filter(({ taskId }) => taskId.startsWith(`${what.replace(/^\//, '')}.`));
  }

  async stop({ name, condition }: FoundSandbox): Promise<SandboxEnd> {
    if (name === 'stubborn') throw new OchoError('it does not end', { code: 'TIMEOUT' });
    this.there.delete(name);
    return condition === 'crashed' ? 'cleaned up' : 'ended';
  }
}

export function noSandboxes(): FakeSandboxes {
  return new FakeSandboxes();
}

function foundSandbox(name: string, condition: FoundSandbox['condition']): FoundSandbox {
  const directory = `/home/ann/.local/state/ochopod/sandbox/${name}`;
  const holder = { pid: 4711, startTicks: '12345' };
  const at = (file: string) => `${directory}/${file}`;
  const paths = {
    ...{ directory, socket: at('control.sock'), claim: at('claim.json'), state: at('sandbox.json') },
    ...{ log: at('sandbox.log'), marathon: at('marathon') },
  };
  const state = { name, ...holder, zookeeper: '127.0.0.1:2181', marathon: '127.0.0.1:8080', directory };
  return { name, condition, holder, paths, state: condition === 'running' ? state : undefined };
}

const STATUS = {
  applications: [],
  tasks: [
    {
      id: 'web.instance-1._app.1',
      application: '/web',
      condition: 'Running',
      pid: 99,
      ports: [31000, 31001],
      directory: '/tasks/web',
    },
  ],
  sessions: [{ id: '0x1', timeoutMs: 4000, client: '127.0.0.1:5', ephemerals: ['/a'], watches: 2 }],
  faults: ['new connections are refused'],
} as const;
