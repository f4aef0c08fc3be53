import { execFile } from 'node:child_process';
import { constants, open } from 'node:fs';
import { mkdtemp, open as openHandle, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';

export type OutputName = 'stdout' | 'stderr';

/** The ends of a pipe: one for a child to write to, one to read from. */
export interface OutputPipe {
  readonly name: OutputName;
  readonly fd: number;
  readonly output: Readable;
  /** Let go of the child's end, once the child has it; what it prints ends with its last holder. */
  release(): Promise<void>;
}

/** Some file systems hold no pipes, some containers have only one directory that can be written to. */
const DIRECTORIES = [tmpdir(), '/dev/shm'];

/**
 * Make pipes of the system for both outputs of a child. What Node makes are sockets: `/dev/stdout`, to which images
 * link their log files, cannot be opened in a child that has one.
 *
 * @returns nothing where pipes cannot be made: without a directory to write to, or without `mkfifo`
 */
export async function openOutputPipes(): Promise<readonly OutputPipe[] | undefined> {
  for (const directory of DIRECTORIES) {
    try {
      return await openIn(await mkdtemp(join(directory, 'ochopod-')));
    } catch {
      // the next one
    }
  }
  return undefined;
}

async function openIn(directory: string): Promise<readonly OutputPipe[]> {
  const paths = { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') };
  const opened: OutputPipe[] = [];
  try {
    // Also for those that give up their user, and open their `/dev/stdout` afterwards.
    await makePipes('mkfifo', ['-m', '622', paths.stdout, paths.stderr]);
    for (const name of ['stdout', 'stderr'] as const) opened.push(await openPipe(paths[name], name));
    return opened;
  } catch (error) {
    for (const { output } of opened) output.destroy();
    await Promise.all(opened.map((pipe) => pipe.release()));
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const makePipes = promisify(execFile);
const openFile = promisify(open);

async function openPipe(path: string, name: OutputName): Promise<OutputPipe> {
  const output = new Socket({ fd: await openFile(path, READING), readable: true, writable: false });
  try {
    const writer = await openHandle(path, constants.O_WRONLY);
    return { name, fd: writer.fd, output, release: () => writer.close() };
  } catch (error) {
    output.destroy();
    throw error;
  }
}

/** Does not wait for somebody to write. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK;
