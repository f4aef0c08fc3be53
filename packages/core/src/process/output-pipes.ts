import { execFile } from 'node:child_process';
import { close, constants, open } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
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

/** Both ends as descriptors: nothing keeps the process alive for them. */
interface Ends {
  readonly name: OutputName;
  readonly reader: number;
  readonly writer: number;
}

let ahead: Promise<readonly Ends[] | undefined> | undefined;

/** Make the pipes of the next child now: whoever starts one then need not wait for `mkfifo`, which is a program. */
export function makePipesAhead(): void {
  ahead ??= makeEnds();
}

/**
 * Take pipes of the system for both outputs of a child. What Node makes are sockets: `/dev/stdout`, to which images
 * link their log files, cannot be opened in a child that has one.
 *
 * @returns nothing where pipes cannot be made: without a directory to write to, or without `mkfifo`
 */
export async function takeOutputPipes(): Promise<readonly OutputPipe[] | undefined> {
  const made = ahead ?? makeEnds();
  ahead = undefined;
  const ends = await made;
  return ends?.map(({ name, reader, writer }) => ({
    name,
    fd: writer,
    output: new Socket({ fd: reader, readable: true, writable: false }),
    release: () => closeFile(writer),
  }));
}

/** Never rejects. */
async function makeEnds(): Promise<readonly Ends[] | undefined> {
  for (const directory of DIRECTORIES) {
    try {
      return await makeEndsIn(await mkdtemp(join(directory, 'ochopod-')));
    } catch {
      // the next one
    }
  }
  return undefined;
}

async function makeEndsIn(directory: string): Promise<readonly Ends[]> {
  const paths = { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') };
  const opened: number[] = [];
  const end = async (path: string, flags: number) => {
    const fd = await openFile(path, flags);
    opened.push(fd);
    return fd;
  };
  try {
    // Also for those that give up their user, and open their `/dev/stdout` afterwards.
    await run('mkfifo', ['-m', '622', paths.stdout, paths.stderr]);
    const ends: Ends[] = [];
    for (const name of ['stdout', 'stderr'] as const) {
      const reader = await end(paths[name], READING);
      ends.push({ name, reader, writer: await end(paths[name], constants.O_WRONLY) });
    }
    return ends;
  } catch (error) {
    await Promise.all(opened.map((fd) => closeFile(fd)));
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const run = promisify(execFile);
const openFile = promisify(open);
const closeFile = promisify(close);

/** Does not wait for somebody to write. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK;
