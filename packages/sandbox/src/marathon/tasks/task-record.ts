import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import * as v from 'valibot';

const ProcessTrace = v.object({ pid: v.number(), startTicks: v.string() });

const TaskRecordSchema = v.object({
  taskId: v.string(),
  /** `NAME=value` in the environment of its processes. */
  mark: v.string(),
  /** The scheduler that it belongs to. */
  owner: v.optional(ProcessTrace),
  /** Nothing yet when it was about to be started. */
  head: v.optional(ProcessTrace),
  container: v.optional(v.object({ engine: v.picklist(['podman', 'docker']), name: v.string() })),
});

/** What is kept of a task while it runs, by which it is found when its scheduler crashed. */
export type TaskRecord = v.InferOutput<typeof TaskRecordSchema>;

/** The records of the tasks that run, a file for each, written before the task starts. */
export class TaskRecords {
  readonly directory: string;

  /** @param directory the scheduler's */
  constructor(directory: string) {
    this.directory = join(directory, 'running');
  }

  /** The file is never seen half written. */
  async write(record: TaskRecord): Promise<void> {
    await mkdir(this.directory, { recursive: true, mode: 0o700 });
    const path = this.#pathOf(record.taskId);
    await writeFile(`${path}.new`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async remove(taskId: string): Promise<void> {
    await rm(this.#pathOf(taskId), { force: true });
  }

  /** Files that cannot be used are passed over. */
  async readAll(): Promise<readonly TaskRecord[]> {
    const names = await readdir(this.directory).catch(() => []);
    const contents = names
      .filter((name) => name.endsWith('.json'))
      .map((name) => readFile(join(this.directory, name), 'utf8').catch(() => ''));
    return (await Promise.all(contents)).flatMap(parse);
  }

  #pathOf(taskId: string): string {
    return join(this.directory, `${taskId}.json`);
  }
}

function parse(content: string): readonly TaskRecord[] {
  try {
    return [v.parse(TaskRecordSchema, JSON.parse(content))];
  } catch {
    return [];
  }
}
