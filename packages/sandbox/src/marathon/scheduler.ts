import type { Clock } from 'ochopod-core';

import type { Engine } from './engine/engine.ts';
import type { EventBus } from './events/event-bus.ts';

export interface SchedulerOptions {
  /** Address to listen on, and that tasks are told as `HOST`. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: 0, any that is free. */
  readonly port?: number;
  /** Where tasks have their sandboxes, and where is kept what runs, so that the next one finds orphans. */
  readonly directory: string;
  /** Host ports that tasks get. Default: 31000 to 32000, as Mesos gives them. */
  readonly ports?: { readonly first: number; readonly last: number };
  /** `ochopod_zk` of tasks that do not set it. */
  readonly zk?: string;
  /** For images without an engine for containers: glob of image references to the command that runs instead. */
  readonly images?: Readonly<Record<string, string>>;
  /** `none`: never, `auto`: podman or docker, whichever is found and works. Default: `auto`. */
  readonly containers?: 'auto' | 'podman' | 'docker' | 'none';
  readonly clock?: Clock;
  /** Milliseconds since 1970. */
  readonly wallTime?: () => number;
}

/** A running scheduler that clients of Marathon 1.5 to 1.11 talk to. */
export interface Scheduler {
  readonly host: string;
  readonly port: number;
  readonly engine: Engine;
  readonly events: EventBus;
  /** Kill every task, and stop. */
  close(): Promise<void>;
}
