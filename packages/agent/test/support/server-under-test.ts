import { type ClusterView, type ProcessFacts, type ProcessState, parseRegistration } from 'ochopod-core';
import { ManualClock } from 'ochopod-core/testing';

import { buildControlServer } from '../../src/control-server/control-server.ts';
import type { ControlServerLimits } from '../../src/control-server/deps.ts';
import type { Coordination } from '../../src/coordination/coordination.ts';
import { LogRing } from '../../src/log-ring.ts';
import { createLog } from '../../src/logging.ts';
import type { Metrics, Tool } from '../../src/script/pod-script.ts';
import type { ControlRequest } from '../../src/supervised-pod.ts';
import { Toolbox } from '../../src/tools/toolbox.ts';

/** A control server in front of a pod that does what a test says. */
export class ServerUnderTest {
  readonly clock = new ManualClock();
  readonly ring = new LogRing();
  readonly asked: ControlRequest[] = [];
  readonly signals: AbortSignal[] = [];
  readonly closing = new AbortController();
  readonly dead = new AbortController();
  readonly app: ReturnType<typeof buildControlServer>;
  answer: () => Promise<unknown> = async () => undefined;
  coordination: Coordination | undefined = {
    state: 'leader',
    status: 'all is well',
    registered: true,
    reset: async () => {},
  };
  configured = true;
  process: ProcessState = 'running';
  environment: Readonly<Record<string, string>> = { PATH: process.env['PATH'] ?? '', GREETING: 'hello' };
  facts: ProcessFacts = { since: '2026-01-31T12:00:00.000Z', by: 'leader', restarts: 1 };
  view: ClusterView | undefined;
  metrics: Metrics = { load: 0.5, note: 'fine' };

  constructor({
    tools = {},
    limits = {},
  }: { tools?: Record<string, Tool>; limits?: Partial<ControlServerLimits> } = {}) {
    const log = createLog({ debug: true, write: (line) => this.ring.push(line) });
    this.app = buildControlServer({
      pod: this.#pod(),
      coordination: () => this.coordination,
      registration: () => REGISTRATION,
      version: '1.2.3',
      digest: ({ key }) => `digest of what ${key} was told`,
      dependencies: ['db', '/prod.*'],
      tools: new Toolbox(tools, log),
      key: 'agent-1',
      ring: this.ring,
      clock: this.clock,
      log,
      isOurName: (name) => name === 'web.internal',
      closing: this.closing.signal,
      limits,
    });
  }

  post(url: string, options: { payload?: string | Buffer; headers?: Record<string, string> } = {}) {
    return this.app.inject({ method: 'POST', url, ...options });
  }

  leaveCluster(): void {
    this.coordination = undefined;
  }

  crash(): void {
    this.facts = {
      ...this.facts,
      trouble: 'the process crashed',
      failing: { count: 4, since: '2026-01-31T11:00:00.000Z', loop: true },
    };
  }

  loseConfiguration(): void {
    this.configured = false;
  }

  #pod() {
    const t = this;
    return {
      get process() {
        return t.process;
      },
      get metrics() {
        return t.metrics;
      },
      get facts() {
        return t.facts;
      },
      get view() {
        return t.view;
      },
      get configured() {
        return t.configured;
      },
      dead: t.dead.signal,
      counters: { configurations: 2, restarts: 1, sanityFailures: 4 },
      get environment() {
        return t.environment;
      },
      perform: (request: ControlRequest, signal: AbortSignal) => {
        t.asked.push(request);
        t.signals.push(signal);
        return t.answer();
      },
      shutDown: async () => {},
    };
  }
}

const REGISTRATION = parseRegistration({
  application: 'prod/web',
  cluster: 'web',
  namespace: 'marathon',
  task: 'web.1',
  node: 'host-1',
  ip: '10.0.0.1',
  public: '54.0.0.1',
  port: '8080',
  ports: { 8080: 31_004 },
  zk: '10.0.0.9:2181',
  flavour: 'not for info',
});
