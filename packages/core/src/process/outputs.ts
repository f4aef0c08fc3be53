import type { ChildProcess } from 'node:child_process';
import { type FileHandle, open } from 'node:fs/promises';

import { takeOutputPipes } from './output-pipes.ts';
import type { SpawnRequest } from './process-group.ts';

/** Where a child's outputs go. */
interface Outputs {
  /** What it is spawned with. */
  readonly stdio: readonly (number | 'pipe' | 'ignore')[];
  /** Give what is to be read to whoever asked for it; in the same turn as the spawn, so that nothing is read before. */
  handOver(child: ChildProcess): void;
  /** Close what only the child needs. */
  release(): Promise<void>;
}

/** @throws when a file cannot be written to */
export async function openOutputs({ files, onOutput }: Pick<SpawnRequest, 'files' | 'onOutput'>): Promise<Outputs> {
  if (files !== undefined)
    return intoFiles([await open(files.stdout, 'a', 0o600), await open(files.stderr, 'a', 0o600)]);
  if (onOutput === undefined) return NOWHERE;
  const pipes = await takeOutputPipes();
  if (pipes === undefined)
    return { ...NOWHERE, stdio: ['pipe', 'pipe'], handOver: (child) => readOwn(child, onOutput) };
  return {
    stdio: pipes.map(({ fd }) => fd),
    handOver: () => {
      for (const { output, name } of pipes) onOutput(output, name);
    },
    release: async () => {
      await Promise.all(pipes.map((pipe) => pipe.release()));
    },
  };
}

const NOWHERE: Outputs = { stdio: ['ignore', 'ignore'], handOver: () => {}, release: async () => {} };

function intoFiles(handles: readonly FileHandle[]): Outputs {
  return {
    stdio: handles.map(({ fd }) => fd),
    handOver: () => {},
    release: async () => {
      await Promise.all(handles.map((handle) => handle.close()));
    },
  };
}

/** The sockets that Node makes. */
function readOwn({ stdout, stderr }: ChildProcess, onOutput: NonNullable<SpawnRequest['onOutput']>): void {
  if (stdout !== null) onOutput(stdout, 'stdout');
  if (stderr !== null) onOutput(stderr, 'stderr');
}
