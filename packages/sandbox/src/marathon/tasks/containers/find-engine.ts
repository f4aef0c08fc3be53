import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

type EngineName = 'podman' | 'docker';

/** An engine for containers that was found, which does not say that it works. */
export interface FoundEngine {
  readonly name: EngineName;
  readonly path: string;
}

export interface EngineSearch {
  readonly containers: 'auto' | EngineName | 'none';
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: asks the file system. */
  readonly isThere?: (path: string, how: 'executable' | 'present') => boolean;
}

/**
 * Look for an engine, without asking it: that may take long. Docker needs a daemon, and is passed over where there is
 * no trace of one unless it was asked for by name.
 */
export function findEngine({ containers, env, isThere = isOnDisk }: EngineSearch): FoundEngine | undefined {
  if (containers === 'none') return undefined;
  const names: readonly EngineName[] = containers === 'auto' ? ['podman', 'docker'] : [containers];
  const directories = (env['PATH'] ?? '').split(delimiter).filter(Boolean);
  for (const name of names) {
    const path = directories.map((each) => join(each, name)).find((each) => isThere(each, 'executable'));
    if (path === undefined) continue;
    const isServed = name === 'podman' || containers === name || hasDaemon(env, isThere);
    if (isServed) return { name, path };
  }
  return undefined;
}

function hasDaemon(env: EngineSearch['env'], isThere: NonNullable<EngineSearch['isThere']>): boolean {
  if (env['DOCKER_HOST'] !== undefined || env['DOCKER_CONTEXT'] !== undefined) return true;
  const sockets = [
    '/var/run/docker.sock',
    join(env['XDG_RUNTIME_DIR'] ?? '/run', 'docker.sock'),
    join(env['HOME'] ?? '/', '.docker/run/docker.sock'),
  ];
  return sockets.some((socket) => isThere(socket, 'present'));
}

function isOnDisk(path: string, how: 'executable' | 'present'): boolean {
  try {
    accessSync(path, how === 'executable' ? constants.X_OK : constants.F_OK);
    return true;
  } catch {
    return false;
  }
}
