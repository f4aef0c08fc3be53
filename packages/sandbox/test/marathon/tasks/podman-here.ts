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

/** Podman as it can be used here, with images that are gone at the end. */
export interface PodmanHere {
  /** Whether containers can run here. */
  readonly works: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  podman(...args: readonly string[]): Promise<string>;
  /** Build an image, without a base and without a network. */
  build(image: ImageParts): Promise<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

interface ImageParts {
  readonly name: string;
  /** What follows `FROM scratch` and the copy of the files. */
  readonly instructions: readonly string[];
  /** Puts files where the image will have its root. */
  readonly fill: (root: string) => Promise<void>;
}

/** Find out whether podman works here, by using it. */
export async function podmanHere(): Promise<PodmanHere> {
  const directory = await mkdtemp(join(tmpdir(), 'ochopod-podman-'));
  await writeFile(join(directory, 'containers.conf'), CONTAINERS_CONF);
  const env = { ...process.env, CONTAINERS_CONF: process.env['CONTAINERS_CONF'] ?? join(directory, 'containers.conf') };
  const podman = async (...args: readonly string[]) => (await run('podman', [...args], { env })).stdout.trim();
  const built: string[] = [];
  const build = async ({ name, instructions, fill }: ImageParts) => {
    const context = await mkdtemp(join(directory, 'image-'));
    await mkdir(join(context, 'root'));
    await fill(join(context, 'root'));
    await writeFile(join(context, 'Containerfile'), ['FROM scratch', 'COPY root /', ...instructions, ''].join('\n'));
    await podman('build', '--quiet', '--network=none', '--tag', name, context);
    built.push(name);
    return name;
  };
  return {
    works: await works(directory, podman),
    env,
    podman,
    build,
    [Symbol.asyncDispose]: async () => {
      for (const name of built) await podman('image', 'rm', '--force', name);
      await rm(directory, { recursive: true });
    },
  };
}

async function works(directory: string, podman: PodmanHere['podman']): Promise<boolean> {
  const root = join(directory, 'probe');
  try {
    await addShell(root);
    await podman('run', '--rm', '--network=none', '--rootfs', root, '/bin/sh', '-c', 'exit 0');
    return true;
  } catch {
    return false;
  }
}

const BUSYBOX = '/bin/busybox';
const APPLETS = ['sh', 'sleep', 'cat', 'env', 'nc', 'echo', 'test', 'ls', 'stat', 'setsid', 'grep'];

/** Give an image a shell and the commands that tests use. */
export async function addShell(root: string): Promise<void> {
  await mkdir(join(root, 'bin'), { recursive: true });
  await mkdir(join(root, 'tmp'));
  await copyFile(BUSYBOX, join(root, 'bin/busybox'));
  for (const applet of APPLETS) await symlink('busybox', join(root, 'bin', applet));
}
