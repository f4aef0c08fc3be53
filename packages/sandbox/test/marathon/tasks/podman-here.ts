import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** What virtual machines with the cgroups of both generations need. */
const CONTAINERS_CONF = `
[containers]
default_ulimits = ["nofile=4096:4096","nproc=4096:4096"]
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

const BUSYBOX = '/bin/busybox';

/** Podman as it can be used here, with an image of its own that is gone at the end. */
export interface PodmanHere {
  /** Nothing when containers cannot run here. */
  readonly image: string | undefined;
  readonly env: Readonly<Record<string, string | undefined>>;
  podman(...args: readonly string[]): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** @param tag of the image: tests run side by side */
export async function podmanHere(tag: string): Promise<PodmanHere> {
  const directory = await mkdtemp(join(tmpdir(), 'ochopod-podman-'));
  const env = { ...process.env, CONTAINERS_CONF: process.env['CONTAINERS_CONF'] ?? join(directory, 'containers.conf') };
  const podman = async (...args: readonly string[]) => (await run('podman', [...args], { env })).stdout.trim();
  const name = `localhost/ochopod-test-${tag}:1`;
  const image = await build({ directory, name, podman }).catch(() => undefined);
  return {
    image,
    env,
    podman,
    [Symbol.asyncDispose]: async () => {
      if (image !== undefined) await podman('image', 'rm', '--force', image);
      await rm(directory, { recursive: true });
    },
  };
}

interface Building {
  readonly directory: string;
  readonly name: string;
  readonly podman: PodmanHere['podman'];
}

/** A shell and nothing else, and a run of it to see whether that works. */
async function build({ directory, name, podman }: Building): Promise<string> {
  const root = join(directory, 'root');
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await writeFile(join(directory, 'containers.conf'), CONTAINERS_CONF);
  await copyFile(BUSYBOX, join(root, 'bin/busybox'));
  for (const applet of ['sh', 'sleep', 'cat', 'env', 'nc', 'echo', 'test', 'ls', 'stat']) {
    await symlink('busybox', join(root, 'bin', applet));
  }
  await writeFile(join(directory, 'Containerfile'), 'FROM scratch\nCOPY root /\nENV PATH=/bin\nCMD ["/bin/sh"]\n');
  await podman('build', '--quiet', '--network=none', '--tag', name, directory);
  await podman('run', '--rm', '--network=host', name, '/bin/sh', '-c', 'exit 0');
  return name;
}
