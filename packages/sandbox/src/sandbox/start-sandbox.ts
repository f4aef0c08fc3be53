import { mkdir } from 'node:fs/promises';

import { type Clock, hostAndPort, isOchoError, messageOf } from 'ochopod-core';

import type { Scheduler, SchedulerOptions } from '../marathon/scheduler.ts';
import type { ZooKeeperServer, ZooKeeperServerOptions } from '../zookeeper/zookeeper-server.ts';
import { applicationsOf } from './application-status.ts';
import { claim } from './claim.ts';
import { type ControlServer, startControlServer } from './control-server.ts';
import { readImagesFile } from './images-file.ts';
import { replaceJson } from './json-file.ts';
import { listenFailure } from './listen-failure.ts';
import { ownIdentity, type ProcessIdentity } from './process-identity.ts';
import { refuseIfRunning } from './refuse-if-running.ts';
import { removeLeftovers, removeSandbox } from './remove-sandbox.ts';
import type { Sandbox, SandboxOptions, SandboxState } from './sandbox.ts';
import { type SandboxPaths, sandboxPaths } from './sandbox-paths.ts';
import { systemParts } from './system-parts.ts';
import { Teardown } from './teardown.ts';

/** What a sandbox is made of. */
export interface SandboxParts {
  startZooKeeper(options: ZooKeeperServerOptions): Promise<ZooKeeperServer>;
  startScheduler(options: SchedulerOptions): Promise<Scheduler>;
  /**
   * End what a scheduler that is no more left running, by the files that it kept, or what ours runs.
   *
   * @param graceMs how long that may take when it is asked; some seconds unless told
   * @returns what was ended
   */
  endOrphans(directory: string, graceMs?: number): Promise<readonly string[]>;
  readonly clock: Clock;
}

/** Longer than the tasks of most applications take to end when asked, shorter than anybody waits. */
const STEP_MS = 30_000;

/**
 * Start both servers, and be the only sandbox of that name. What a crashed one left behind is ended and replaced.
 *
 * @throws {OchoError} `CONFLICT` when it runs already or a port is taken, `DENIED` when its files cannot be kept,
 *   `INVALID_INPUT` for a name, an address or an images file that cannot be used, `NOT_FOUND` when there is no such images
 *   file
 */
export async function startSandbox(options: SandboxOptions, parts: SandboxParts = systemParts): Promise<Sandbox> {
  const paths = sandboxPaths(options);
  const images = options.imagesFile === undefined ? undefined : await readImagesFile(options.imagesFile);
  const onEvent = options.onEvent ?? (() => {});
  const teardown = new Teardown({ clock: parts.clock, stepMs: STEP_MS, onProblem: (text) => onEvent(text) });
  const own = await ownIdentity();
  await claimFor(options, { paths, parts, onEvent });
  teardown.later('its files', () => removeFiles(paths, parts));
  try {
    const control = await startControlServer(paths.socket);
    teardown.later('the control socket', () => control.close());
    const zookeeper = await startZooKeeper(options, parts);
    teardown.later('ZooKeeper', () => zookeeper.close());
    const scheduler = await startScheduler(options, { zookeeper, paths, images, parts });
    teardown.later('the scheduler', () => scheduler.close());
    const killTasks = async () => {
      await parts
        .endOrphans(paths.marathon, 0)
        .catch((error: unknown) => onEvent(`killing tasks: ${messageOf(error)}`));
    };
    return await opened({ options, paths, own, control, zookeeper, scheduler, close: () => teardown.run(), killTasks });
  } catch (error) {
    await teardown.run();
    throw error;
  }
}

interface Opening extends Pick<Sandbox, 'zookeeper' | 'scheduler' | 'close' | 'killTasks'> {
  readonly options: SandboxOptions;
  readonly paths: SandboxPaths;
  readonly own: ProcessIdentity;
  readonly control: ControlServer;
}

/** From here on others find it. */
async function opened({ options, paths, own, control, ...parts }: Opening): Promise<Sandbox> {
  const { zookeeper, scheduler } = parts;
  const state: SandboxState = {
    name: options.name,
    ...own,
    zookeeper: addressOf(zookeeper),
    marathon: addressOf(scheduler),
    directory: paths.directory,
  };
  control.show({ state, zookeeper, scheduler });
  await replaceJson(paths.state, state);
  return { ...parts, state, applications: () => applicationsOf(scheduler.engine) };
}

interface Claiming {
  readonly paths: SandboxPaths;
  readonly parts: SandboxParts;
  readonly onEvent: (event: string) => void;
}

/** Also where no crash was told of, leftovers are looked for: what it left may be all but its claim. */
async function claimFor(options: SandboxOptions, { paths, parts, onEvent }: Claiming): Promise<void> {
  await refuseIfRunning(options);
  try {
    await claim(paths);
  } catch (error) {
    if (isOchoError(error, 'CONFLICT')) await refuseIfRunning(options); // it came just before us
    throw error;
  }
  for (const orphan of await parts.endOrphans(paths.marathon))
    onEvent(`left by a sandbox that crashed, ended: ${orphan}`);
  await removeLeftovers(paths);
  await mkdir(paths.marathon, { mode: 0o700 });
}

async function startZooKeeper(options: SandboxOptions, parts: SandboxParts): Promise<ZooKeeperServer> {
  const { host, zkPort, data, onEvent } = options;
  try {
    return await parts.startZooKeeper({
      ...(host !== undefined && { host }),
      ...(zkPort !== undefined && { port: zkPort }),
      ...(data !== undefined && { dataDir: data }),
      ...(onEvent !== undefined && { onEvent: (event: string) => onEvent(`zookeeper: ${event}`) }),
    });
  } catch (error) {
    throw listenFailure(error, { what: 'ZooKeeper', host, port: zkPort });
  }
}

interface Placed {
  readonly zookeeper: ZooKeeperServer;
  readonly paths: SandboxPaths;
  readonly images: Readonly<Record<string, string>> | undefined;
  readonly parts: SandboxParts;
}

async function startScheduler(
  options: SandboxOptions,
  { zookeeper, paths, images, parts }: Placed,
): Promise<Scheduler> {
  const { host, marathonPort, onEvent } = options;
  try {
    return await parts.startScheduler({
      directory: paths.marathon,
      zk: addressOf(zookeeper),
      ...(host !== undefined && { host }),
      ...(marathonPort !== undefined && { port: marathonPort }),
      ...(images !== undefined && { images }),
      ...(options.containers !== undefined && { containers: options.containers }),
      ...(onEvent !== undefined && { onEvent: (event: string) => onEvent(`marathon: ${event}`) }),
    });
  } catch (error) {
    throw listenFailure(error, { what: 'Marathon', host, port: marathonPort });
  }
}

/** Who listens everywhere is reached on loopback. */
function addressOf({ host, port }: { readonly host: string; readonly port: number }): string {
  if (host === '0.0.0.0') return `127.0.0.1:${port}`;
  if (host === '::') return hostAndPort('::1', port);
  return hostAndPort(host, port);
}

/** What is left of tasks is ended as that of a crash, should the scheduler not have come to its end. */
async function removeFiles(paths: SandboxPaths, parts: SandboxParts): Promise<void> {
  await parts.endOrphans(paths.marathon);
  await removeSandbox(paths);
}
