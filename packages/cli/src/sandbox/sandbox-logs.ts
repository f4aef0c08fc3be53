import { join } from 'node:path';

import { isOchoError, OchoError, withEither } from 'ochopod-core';
import type { FoundSandbox, TaskDirectory } from 'ochopod-sandbox';

import type { LocalFiles, Sandboxes } from '../context.ts';

/** What `ocho sandbox logs --json` prints, by source. Fields may be added, never renamed. */
export type SandboxLogsReport = Readonly<Record<string, { readonly lines: readonly string[] }>>;

export interface SandboxLogsRequest {
  readonly sandboxes: Sandboxes;
  readonly files: LocalFiles;
  readonly name: string;
  /** An application or a task; nothing for the sandbox's own log. */
  readonly what: string | undefined;
  readonly outputs: readonly TaskOutput[];
  readonly lines: number;
  readonly follow: boolean;
  readonly signal: AbortSignal;
  onLines(lines: SourceLines): void;
}

export type TaskOutput = 'stdout' | 'stderr';

export interface SourceLines {
  /** `sandbox`, or the task's id and which output: `web.instance-… stdout` */
  readonly source: string;
  /** How a line is marked for people; empty when there is no other source. */
  readonly mark: string;
  readonly lines: readonly string[];
}

/**
 * Tell the last lines of a sandbox's own log, or of what tasks print, and new ones as they come.
 *
 * @throws {OchoError} `NOT_FOUND` when there is no such sandbox, application or task, or it keeps no log
 */
export async function sandboxLogs(request: SandboxLogsRequest): Promise<SandboxLogsReport> {
  const sources = await sourcesOf(request);
  const report: Record<string, { lines: string[] }> = {};
  for (const { source } of sources) report[source] = { lines: [] };
  const tail = ({ source, mark, path }: Source, signal: AbortSignal) =>
    request.files.tail(path, {
      ...{ lines: request.lines, follow: request.follow, signal },
      onLines: (lines) => {
        report[source]?.lines.push(...(request.follow ? [] : lines));
        request.onLines({ source, mark, lines });
      },
    });
  if (request.follow) await withEither([request.signal], (signal) => all(sources, (source) => tail(source, signal)));
  else for (const source of sources) await tail(source, request.signal);
  return report;
}

async function all(sources: readonly Source[], tail: (source: Source) => Promise<void>): Promise<void> {
  await Promise.all(sources.map(tail));
}

interface Source {
  readonly source: string;
  readonly mark: string;
  readonly path: string;
}

async function sourcesOf({ sandboxes, files, name, what, outputs, signal }: SandboxLogsRequest): Promise<Source[]> {
  const sandbox = await sandboxes.find(name);
  if (sandbox === undefined) throw notFound(`the sandbox "${name}" does not run`, 'Run `ocho sandbox up`.');
  if (what === undefined) {
    const { log } = sandbox.paths;
    if (!(await files.isFile(log))) {
      throw notFound(`the sandbox "${name}" keeps no log`, 'It runs in a terminal, and says there what happens.');
    }
    return [{ source: 'sandbox', mark: '', path: log }];
  }
  const tasks = await tasksOf(sandboxes, { sandbox, what, signal });
  const isAlone = tasks.length * outputs.length === 1;
  return tasks.flatMap(({ taskId, directory }) =>
    outputs.map((output) => ({
      source: `${taskId} ${output}`,
      mark: isAlone ? '' : tasks.length === 1 ? output : `${taskId} ${output}`,
      path: join(directory, output),
    })),
  );
}

interface Wanted {
  readonly sandbox: FoundSandbox;
  readonly what: string;
  readonly signal: AbortSignal;
}

/** Of an application those that there are now; of one that has none now, the last that it had. */
async function tasksOf(sandboxes: Sandboxes, { sandbox, what, signal }: Wanted): Promise<readonly TaskDirectory[]> {
  const found = await sandboxes.taskDirectories(sandbox, what);
  const last = found.at(-1);
  if (last === undefined) {
    throw notFound(`no task ran for "${what}"`, 'Run `ocho sandbox status` for applications and tasks.');
  }
  const now = await instancesNow(sandboxes, sandbox, signal);
  const current = found.filter(({ instance }) => now.has(instance));
  return current.length > 0 ? current : [last];
}

/** None when it has crashed: what it left is read all the same. */
async function instancesNow(sandboxes: Sandboxes, sandbox: FoundSandbox, signal: AbortSignal): Promise<Set<string>> {
  try {
    const { tasks } = await sandboxes.status(sandbox, signal);
    return new Set(tasks.map(({ id }) => id.replace(/\._app\.\d+$/, '')));
  } catch (error) {
    if (isOchoError(error, 'UNREACHABLE')) return new Set();
    throw error;
  }
}

function notFound(message: string, hint: string): OchoError {
  return new OchoError(message, { code: 'NOT_FOUND', hint });
}
