import type { Condition, Instance } from '../marathon/engine/instance.ts';
import type { SessionSummary, ZooKeeperServer } from '../zookeeper/zookeeper-server.ts';
import { type ApplicationStatus, applicationsOf, type SeenEngine } from './application-status.ts';
import type { Sandbox, SandboxState } from './sandbox.ts';

/** How everything in a sandbox is, now. */
export interface SandboxStatus extends SandboxState {
  readonly applications: readonly ApplicationStatus[];
  readonly tasks: readonly TaskStatus[];
  readonly sessions: readonly SessionSummary[];
  /** In force, in words. */
  readonly faults: readonly string[];
}

export interface TaskStatus {
  readonly id: string;
  readonly application: string;
  readonly condition: Condition;
  /** On this machine, in the order of the application's definition. */
  readonly ports: readonly number[];
  /** Its `stdout`, `stderr` and whatever it writes; nothing before it is launched. */
  readonly directory?: string;
}

export function statusOf({ state, scheduler, zookeeper }: Seen): SandboxStatus {
  return {
    ...state,
    applications: applicationsOf(scheduler.engine),
    tasks: tasksOf(scheduler.engine.instances()),
    sessions: zookeeper.sessions(),
    faults: zookeeper.faults.inForce(),
  };
}

interface Seen extends Pick<Sandbox, 'state'> {
  readonly scheduler: { readonly engine: SeenEngine };
  readonly zookeeper: Pick<ZooKeeperServer, 'sessions' | 'faults'>;
}

function tasksOf(instances: readonly Instance[]): readonly TaskStatus[] {
  return instances.map(({ taskId, app, condition, hostPorts, directory }) => ({
    id: taskId,
    application: app.id,
    condition,
    ports: hostPorts,
    ...(directory !== undefined && { directory }),
  }));
}
