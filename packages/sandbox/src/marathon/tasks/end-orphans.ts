import { isOchoError, messageOf, systemClock } from 'ochopod-core';
import { findProcessGroup, startTicksOf, stopProcess } from 'ochopod-core/process';

import { type TaskRecord, TaskRecords } from './task-record.ts';

/** How long what a crashed scheduler left may take to end when asked. */
const GRACE_MS = 3000;

/**
 * End what the scheduler that used a directory left running, should it have crashed; tasks of one that still runs are
 * left alone. Processes are told from strangers that were given their numbers.
 *
 * @param directory the scheduler's
 * @returns a sentence for each task of which something was still there
 */
export async function endOrphans(directory: string): Promise<readonly string[]> {
  const records = new TaskRecords(directory);
  const ended = await Promise.all((await records.readAll()).map((record) => endOrphan(record, records)));
  return ended.filter((sentence) => sentence !== undefined);
}

async function endOrphan(record: TaskRecord, records: TaskRecords): Promise<string | undefined> {
  if (await belongsToAnother(record)) return undefined;
  const sentence = await endProcesses(record);
  await records.remove(record.taskId);
  return sentence;
}

async function belongsToAnother({ owner }: TaskRecord): Promise<boolean> {
  if (owner === undefined || owner.pid === process.pid) return false;
  return (await startTicksOf(owner.pid)) === owner.startTicks;
}

async function endProcesses({ taskId, head, mark }: TaskRecord): Promise<string | undefined> {
  try {
    const group = await findProcessGroup({ head, mark });
    if (group === undefined) return undefined;
    const ask = () => group.signal('SIGTERM');
    const outcome = await stopProcess(group, { clock: systemClock, graceMs: GRACE_MS, soft: false, ask });
    return `${taskId}: its processes (group ${group.pid}) were ${outcome}`;
  } catch (error) {
    if (isOchoError(error)) throw error;
    return `${taskId}: cannot tell whether its processes still run: ${messageOf(error)}`;
  }
}
