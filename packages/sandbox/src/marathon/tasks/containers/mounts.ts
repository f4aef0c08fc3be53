import { access, mkdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';

import type { App } from '../../app/app.ts';
import { type Mount, SANDBOX_INSIDE } from './container-arguments.ts';

/**
 * What is mounted into a container: its task's directory, and the volumes of the application. What the host does not
 * have, such as the files of Mesos that deploy files name, is an empty directory; nothing is made outside of the task's
 * own.
 */
export async function mountsFor({ container }: App, directory: string): Promise<readonly Mount[]> {
  const volumes = await Promise.all(
    (container?.volumes ?? []).map(async ({ containerPath, hostPath, mode }, index) => {
      const source = hostPath !== undefined && isAbsolute(hostPath) && (await isThere(hostPath)) ? hostPath : undefined;
      const target = isAbsolute(containerPath) ? containerPath : join(SANDBOX_INSIDE, containerPath);
      return { source: source ?? (await emptyDirectory(directory, index)), target, mode };
    }),
  );
  return [{ source: directory, target: SANDBOX_INSIDE, mode: 'RW' }, ...volumes];
}

async function emptyDirectory(directory: string, index: number): Promise<string> {
  const path = join(directory, 'volumes', String(index));
  await mkdir(path, { recursive: true });
  return path;
}

async function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
