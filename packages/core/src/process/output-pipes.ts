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

/** What one child needs. */
type Pair = readonly Ends[];

/** `mkfifo` is a program: one run of it serves some children, most often all that there will ever be. */
const MADE_AT_ONCE = 4;

let reserve: Promise<Pair[]> = Promise.resolve([]);

/** Make pipes now: whoever starts a child then need not wait for them. */
export function makePipesAhead(): void {
  void refilled();
}

/**
 * Take pipes of the system for both outputs of a child. What Node makes are sockets: `/dev/stdout`, to which images
 * link their log files, cannot be opened in a child that has one.
 *
 * @returns nothing where pipes cannot be made: without a directory to write to, or without `mkfifo`
 */
export async function takeOutputPipes(): Promise<readonly OutputPipe[] | undefined> {
  const pair = (await reserve).shift() ?? (await refilled()).shift();
  return pair?.map(({ name, reader, writer }) => ({
    name,
    fd: writer,
    output: new Socket({ fd: reader, readable: true, writable: false }),
    release: () => closeFile(writer),
  }));
}

function refilled(): Promise<Pair[]> {
  reserve = reserve.then((left) => (left.length > 0 ? left : makePairs()));
  return reserve;
}

/** Never rejects. */
async function makePairs(): Promise<Pair[]> {
  for (const directory of DIRECTORIES) {
    try {
      return await makePairsIn(await mkdtemp(join(directory, 'ochopod-')));
    } catch {
      // the next one
    }
  }
  return [];
}

async function makePairsIn(directory: string): Promise<Pair[]> {
  const numbers = Array.from({ length: MADE_AT_ONCE }, (_, number) => number);
  const pathOf = (name: OutputName, number: number) => join(directory, `${name}-${number}`);
  const opened: number[] = [];
  const end = async (path: string, flags: number) => {
    const fd = await openFile(path, flags);
    opened.push(fd);
    return fd;
  };
  const endsOf = async (name: OutputName, number: number): Promise<Ends> => {
    const reader = await end(pathOf(name, number), READING);
    return { name, reader, writer: await end(pathOf(name, number), constants.O_WRONLY) };
  };
  try {
    // Also for those that give up their user, and open their `/dev/stdout` afterwards.
    await run('mkfifo', ['-m', '622', ...OUTPUTS.flatMap((name) => numbers.map((number) => pathOf(name, number)))]);
    const pairs: Pair[] = [];
    for (const number of numbers) pairs.push([await endsOf('stdout', number), await endsOf('stderr', number)]);
    return pairs;
  } catch (error) {
    await Promise.all(opened.map((fd) => closeFile(fd)));
    throw error;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const OUTPUTS = ['stdout', 'stderr'] as const satisfies readonly OutputName[];
const run = promisify(execFile);
const openFile = promisify(open);
const closeFile = promisify(close);

/** Does not wait for somebody to write. */
const READING = constants.O_RDONLY | constants.O_NONBLOCK;
