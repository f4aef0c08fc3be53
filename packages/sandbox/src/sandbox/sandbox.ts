import type { Scheduler } from '../marathon/scheduler.ts';
import type { ZooKeeperServer } from '../zookeeper/zookeeper-server.ts';
import type { ApplicationStatus } from './application-status.ts';

export interface SandboxOptions {
  /** Two sandboxes of different names do not meet. Default: `default`. */
  readonly name: string;
  /** Where sandboxes keep their state, a directory for each; it is gone when a sandbox ends in order. */
  readonly home: string;
  /** Address that everything listens on. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: any that is free. */
  readonly zkPort?: number;
  readonly marathonPort?: number;
  /** Keep what is written to ZooKeeper in this directory. */
  readonly data?: string;
  /** A YAML file: `images: {"acme/redis:*": "the command that runs instead"}`. */
  readonly imagesFile?: string;
  /** What runs images. Default: `auto`, podman or docker where one is found, else the command of the images file. */
  readonly containers?: ContainerChoice;
  /** Told in one sentence what happens that nobody asked for. */
  readonly onEvent?: (event: string) => void;
}

export type ContainerChoice = 'auto' | 'podman' | 'docker' | 'none';

/** A running world: both servers, and a socket by which other processes look at it and break it on purpose. */
export interface Sandbox {
  readonly state: SandboxState;
  readonly zookeeper: ZooKeeperServer;
  readonly scheduler: Scheduler;
  /** How the applications run now. */
  applications(): readonly ApplicationStatus[];
  /** End everything: every task by its process group, both servers, and what is kept of the sandbox. */
  close(): Promise<void>;
  /** Kill what still runs, without asking: `close` waits for it otherwise. Never rejects. */
  killTasks(): Promise<void>;
}

/** What other processes find of a sandbox: `<home>/<name>/sandbox.json`. */
export interface SandboxState {
  readonly name: string;
  readonly pid: number;
  /** When that process began, in clock ticks since boot: a number that was given to another one is not ours. */
  readonly startTicks: string;
  /** `host:port` */
  readonly zookeeper: string;
  /** `host:port` */
  readonly marathon: string;
  readonly directory: string;
}
