import { execFile } from 'node:child_process';
import { copyFile, cp, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { addShell } from './podman-here.ts';

const AGENT = join(import.meta.dirname, '../../../../agent');

/** What starts the agent in an image, but for an init. */
export const AGENT_COMMAND = ['/bin/node', '/pod/node_modules/ochopod-agent/bin/ochopod.js'];

/** Give an image Node as it runs here, a shell, the agent as it is built, and a pod script as `/pod/pod.js`. */
export async function addAgent(root: string, script: string): Promise<void> {
  await addShell(root);
  await copyFile(process.execPath, join(root, 'bin/node'));
  const { stdout } = await promisify(execFile)('ldd', [process.execPath]);
  for (const [library] of stdout.matchAll(/\/\S+\.so\S*/g)) {
    await mkdir(join(root, dirname(library)), { recursive: true });
    await copyFile(library, join(root, library));
  }
  const installed = join(root, 'pod/node_modules/ochopod-agent');
  for (const part of ['bin', 'dist', 'package.json'])
    await cp(join(AGENT, part), join(installed, part), { recursive: true });
  await writeFile(join(root, 'pod/pod.js'), script);
  await writeFile(join(root, 'pod/package.json'), '{ "type": "module" }\n');
}
