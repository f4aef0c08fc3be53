import { chown } from 'node:fs/promises';
import { join } from 'node:path';

import type { Clock } from 'ochopod-core';
import { spawnProcess, startTicksOf } from 'ochopod-core/process';

import { startProcess } from './process-workload.ts';
import { inherited, taskEnvironment } from './task-environment.ts';
import type { TaskRecord, TaskRecords } from './task-record.ts';
import type { TaskOrder } from './task-runner.ts';
import { systemUsers, type User, type Users, userFor } from './user.ts';
import type { Workload } from './workload.ts';

export interface LocalTaskOptions {
  readonly order: TaskOrder;
  readonly command: readonly string[];
  readonly directory: string;
  readonly record: TaskRecord;
  readonly records: TaskRecords;
  readonly host: string;
  readonly zk?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly users?: Users;
}

/**
 * Start a task as a process of this machine, in its directory.
 *
 * @throws {OchoError} saying why it could not be started
 */
export async function startLocalTask(options: LocalTaskOptions): Promise<Workload> {
  const { order, command, directory, record, records, host, clock } = options;
  const user = userFor(order.app.user, options.users ?? systemUsers);
  if (user !== undefined) await chown(directory, user.uid, user.gid);
  return startProcess({
    spawn: spawnProcess,
    clock,
    ipAddress: host,
    request: {
      command,
      cwd: directory,
      env: environmentOf(options, user),
      files: { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') },
      mark: record.mark,
      ...(user !== undefined && { as: { uid: user.uid, gid: user.gid } }),
    },
    onSpawned: async (pid) => {
      const startTicks = await startTicksOf(pid);
      if (startTicks !== undefined) await records.write({ ...record, head: { pid, startTicks } });
    },
  });
}

function environmentOf({ order, directory, host, zk, env }: LocalTaskOptions, user: User | undefined) {
  return taskEnvironment({
    ...order,
    host,
    sandbox: directory,
    zk,
    sharesNetwork: true,
    base: { ...inherited(env), ...(user !== undefined && { HOME: user.home, USER: user.name }) },
  });
}
