import { messageOf, systemClock } from 'ochopod-core';
import { findProcessGroup, startTicksOf, stopProcess } from 'ochopod-core/process';

import { engineCli, lastLines } from './containers/engine-cli.ts';
import { type TaskRecord, TaskRecords } from './task-record.ts';

/** How long what a crashed scheduler left may take to end when asked, unless told otherwise. */
const GRACE_MS = 3000;

/**
 * End what the scheduler that used a directory left running, should it have crashed; tasks of one that still runs are
 * left alone. Processes are told from strangers that were given their numbers.
 *
 * @param directory the scheduler's
 * @returns a sentence for each task of which something was still there
 */
export async function endOrphans(directory: string, graceMs = GRACE_MS): Promise<readonly string[]> {
  const records = new TaskRecords(directory);
  const ended = await Promise.all((await records.readAll()).map((record) => endOrphan(record, { records, graceMs })));
  return ended.filter((sentence) => sentence !== undefined);
}

interface Ending {
  readonly records: TaskRecords;
  readonly graceMs: number;
}

async function endOrphan(record: TaskRecord, { records, graceMs }: Ending): Promise<string | undefined> {
  if (await belongsToAnother(record)) return undefined;
  const sentence =
    record.container === undefined
      ? await endProcesses(record, graceMs)
      : await endContainer(record.container, graceMs);
  await records.remove(record.taskId);
  return sentence === undefined ? undefined : `${record.taskId}: ${sentence}`;
}

/** It goes with whatever runs in it, and so does the process of ours that waited for it. */
async function endContainer(
  { engine, name }: NonNullable<TaskRecord['container']>,
  graceMs: number,
): Promise<string | undefined> {
  const cli = engineCli({ name: engine, path: engine }, undefined);
  if ((await cli.run(['container', 'inspect', name])).code !== 0) return undefined;
  await cli.run(['stop', `--time=${Math.ceil(graceMs / 1000)}`, name]);
  const { code, stderr } = await cli.run(['rm', '--force', '--volumes', name]);
  return code === 0 ? `its container ${name} was removed` : `cannot remove its container ${name}: ${lastLines(stderr)}`;
}

async function belongsToAnother({ owner }: TaskRecord): Promise<boolean> {
  if (owner === undefined || owner.pid === process.pid) return false;
  return (await startTicksOf(owner.pid)) === owner.startTicks;
}

async function endProcesses({ head, mark }: TaskRecord, graceMs: number): Promise<string | undefined> {
  try {
    const group = await findProcessGroup({ head, mark });
    if (group === undefined) return undefined;
    const ask = () => group.signal('SIGTERM');
    const outcome = await stopProcess(group, { clock: systemClock, graceMs, soft: false, ask });
    return `its processes (group ${group.pid}) were ${outcome}`;
  } catch (error) {
    return `cannot tell whether its processes still run: ${messageOf(error)}`;
  }
}
