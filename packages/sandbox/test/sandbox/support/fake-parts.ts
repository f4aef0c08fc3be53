import { systemClock } from 'ochopod-core';

import type { Engine } from '../../../src/marathon/engine/engine.ts';
import { EventBus } from '../../../src/marathon/events/event-bus.ts';
import type { Scheduler, SchedulerOptions } from '../../../src/marathon/scheduler.ts';
import type { SandboxParts } from '../../../src/sandbox/start-sandbox.ts';
import type {
  SessionSummary,
  ZooKeeperServer,
  ZooKeeperServerOptions,
} from '../../../src/zookeeper/zookeeper-server.ts';

/** Servers that do nothing but remember what became of them, in order. */
export class FakeParts implements SandboxParts {
  readonly clock = systemClock;
  readonly happened: string[] = [];
  /** What each was asked for when it was started. */
  readonly started: { zookeeper?: ZooKeeperServerOptions; scheduler?: SchedulerOptions } = {};
  sessions: SessionSummary[] = [];
  /** What the next start of a part fails with. */
  readonly failures: { zookeeper?: Error; scheduler?: Error; closing?: Error } = {};
  orphans: string[] = [];

  async startZooKeeper(options: ZooKeeperServerOptions): Promise<ZooKeeperServer> {
    if (this.failures.zookeeper !== undefined) throw this.failures.zookeeper;
    this.started.zookeeper = options;
    this.happened.push('ZooKeeper started');
    return {
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 2181,
      faults: this.#faults(),
      sessions: () => this.sessions,
      close: async () => void this.happened.push('ZooKeeper closed'),
    };
  }

  async startScheduler(options: SchedulerOptions): Promise<Scheduler> {
    if (this.failures.scheduler !== undefined) throw this.failures.scheduler;
    this.started.scheduler = options;
    this.happened.push('scheduler started');
    return {
      host: options.host ?? '127.0.0.1',
      port: options.port ?? 8080,
      engine: {
        apps: () => [],
        instances: () => [],
        deployments: () => [],
        lastFailure: () => undefined,
      } as never as Engine,
      events: new EventBus(() => ''),
      close: async () => {
        if (this.failures.closing !== undefined) throw this.failures.closing;
        this.happened.push('scheduler closed');
      },
    };
  }

  async endOrphans(): Promise<readonly string[]> {
    this.happened.push('orphans ended');
    return this.orphans.splice(0);
  }

  #faults(): ZooKeeperServer['faults'] {
    const press =
      <Answer>(button: string, answer: Answer) =>
      (...said: unknown[]): Answer => {
        this.happened.push([button, ...said.filter((word) => word !== undefined)].join(' '));
        return answer;
      };
    return {
      expireSession: press('expire', true),
      dropConnections: press('drop', 2),
      holdConnections: press('hold', 1),
      release: press('release', undefined),
      refuseConnections: press('refuse', undefined),
      delayReplies: press('delay', undefined),
      pause: press('pause', undefined),
      resume: press('resume', undefined),
      clear: press('clear', undefined),
      inForce: () => ['replies come late'],
    };
  }
}
