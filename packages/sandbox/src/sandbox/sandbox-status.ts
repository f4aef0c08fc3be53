import { join } from 'node:path';

import type { Condition, Instance } from '../marathon/engine/instance.ts';
import { TaskRecords } from '../marathon/tasks/task-record.ts';
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
  /** Its first process, where it is one of this machine's own. */
  readonly pid?: number;
  /** Its `stdout`, `stderr` and whatever it writes; nothing before it is launched. */
  readonly directory?: string;
}

export async function statusOf({ state, scheduler, zookeeper }: Seen): Promise<SandboxStatus> {
  const records = await new TaskRecords(join(state.directory, 'marathon')).readAll();
  const pids = new Map(records.map(({ taskId, head }) => [taskId, head?.pid]));
  return {
    ...state,
    applications: applicationsOf(scheduler.engine),
    tasks: scheduler.engine.instances().map((instance) => taskOf(instance, pids.get(instance.taskId))),
    sessions: zookeeper.sessions(),
    faults: zookeeper.faults.inForce(),
  };
}

interface Seen extends Pick<Sandbox, 'state'> {
  readonly scheduler: { readonly engine: SeenEngine };
  readonly zookeeper: Pick<ZooKeeperServer, 'sessions' | 'faults'>;
}

function taskOf({ taskId, app, condition, hostPorts, directory }: Instance, pid: number | undefined): TaskStatus {
  return {
    id: taskId,
    application: app.id,
    condition,
    ports: hostPorts,
    ...(pid !== undefined && { pid }),
    ...(directory !== undefined && { directory }),
  };
}
