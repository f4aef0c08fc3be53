import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Clock, OchoError } from 'ochopod-core';
import { type ProcessExit, type ProcessGroup, spawnProcess } from 'ochopod-core/process';

import { describeEnd } from '../describe-end.ts';
import type { Workload, WorkloadEnd } from '../workload.ts';
import { type ContainerPlan, createArguments, environmentFor } from './container-arguments.ts';
import { type ContainerState, stateIn } from './container-state.ts';
import { type EngineCli, lastLines, mustWork } from './engine-cli.ts';

export interface ContainerOptions {
  readonly cli: EngineCli;
  readonly plan: ContainerPlan;
  readonly directory: string;
  readonly clock: Clock;
  readonly log: (message: string) => void;
}

/**
 * Create a container, start it, and wait until it was started.
 *
 * @throws {OchoError} `POD_REFUSED` with what the engine said; nothing is left of the container then
 */
export async function startContainer(options: ContainerOptions): Promise<Workload> {
  const { cli, plan } = options;
  await fetchImage(options);
  await create(options);
  const workload = new ContainerWorkload(options, await startClient(options));
  const state = await workload.started();
  const exec = [cli.path, 'exec', plan.name, '/bin/sh', '-c'];
  return {
    ipAddress: state.ipAddress || plan.told,
    ended: workload.ended,
    stop: (graceMs) => workload.stop(graceMs),
    inside: (commandLine) => ({ command: [...exec, commandLine], env: cli.env }),
  };
}

/** An image of this machine does where its registry has none: it was built here. */
async function fetchImage({ cli, plan, log }: ContainerOptions): Promise<void> {
  const { image, order } = plan;
  if (!order.app.container?.docker?.forcePullImage) return;
  const pulled = await cli.run(['pull', '--quiet', image]);
  if (pulled.code === 0) return;
  const present = await cli.run(['image', 'inspect', image]);
  if (present.code !== 0) mustWork(pulled, `cannot pull ${image}`);
  log(`cannot pull ${image}, the one of this machine is taken: ${lastLines(pulled.stderr)}`);
}

async function create({ cli, plan }: ContainerOptions): Promise<void> {
  const { file, passed } = environmentFor(plan);
  await writeFile(plan.envFile, file, { mode: 0o600 });
  try {
    mustWork(await cli.run(createArguments(plan), passed), `cannot create a container of ${plan.image}`);
  } finally {
    await rm(plan.envFile, { force: true });
  }
}

/** A process of ours that hands the container's outputs on, and ends as it ends. */
async function startClient(options: ContainerOptions): Promise<ProcessGroup> {
  const { cli, plan, directory } = options;
  try {
    return await spawnProcess({
      command: [cli.path, 'start', '--attach', plan.name],
      env: cli.env,
      files: { stdout: join(directory, 'stdout'), stderr: join(directory, 'stderr') },
    });
  } catch (error) {
    await remove(options);
    throw error;
  }
}

async function remove({ cli, plan, log }: Pick<ContainerOptions, 'cli' | 'plan' | 'log'>): Promise<void> {
  const { code, stderr } = await cli.run(['rm', '--force', '--volumes', plan.name]);
  if (code !== 0) log(`cannot remove the container ${plan.name}: ${lastLines(stderr)}`);
}

/** How much longer than the grace an engine may take to stop a container. */
const STOPPING_MS = 10_000;
/** Between two looks at a container that is being started; engines do not tell. */
const LOOK_MS = 50;

class ContainerWorkload {
  readonly ended: Promise<WorkloadEnd>;
  readonly #options: ContainerOptions;
  readonly #exited: Promise<ProcessExit>;
  #hasExited = false;
  #last: ContainerState | undefined;
  #isStopping = false;

  constructor(options: ContainerOptions, client: ProcessGroup) {
    this.#options = options;
    this.#exited = client.exited.then((exit) => {
      this.#hasExited = true;
      return exit;
    });
    this.ended = this.#end();
  }

  /** @throws {OchoError} `POD_REFUSED` when it ended without having been started */
  async started(): Promise<ContainerState> {
    const { clock, plan } = this.#options;
    while (!this.#hasExited) {
      await this.#look();
      if (this.#last?.wasStarted) return this.#last;
      await clock.sleep(LOOK_MS);
    }
    await this.ended;
    if (this.#last?.wasStarted) return this.#last;
    throw new OchoError(`cannot start a container of ${plan.image}: ${await this.#complaint()}`, {
      code: 'POD_REFUSED',
    });
  }

  stop(graceMs: number): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    void this.#stop(graceMs);
  }

  async #stop(graceMs: number): Promise<void> {
    const { cli, plan, clock } = this.#options;
    const late = new AbortController();
    const insist = clock.sleep(graceMs + STOPPING_MS, late.signal).then(
      () => cli.run(['kill', '--signal=KILL', plan.name]),
      () => {}, // it ended
    );
    void this.#exited.then(() => late.abort());
    await cli.run(['stop', `--time=${Math.ceil(graceMs / 1000)}`, plan.name]);
    await insist;
  }

  async #end(): Promise<WorkloadEnd> {
    const exit = await this.#exited;
    const end = describeEnd('Container', exit.signal === null ? exit : await this.#waitWithoutClient());
    await this.#look();
    await remove(this.#options);
    return end;
  }

  /** Somebody ended our process, which says nothing of the container. */
  async #waitWithoutClient(): Promise<ProcessExit> {
    const { cli, plan } = this.#options;
    const { stdout } = await cli.run(['wait', plan.name]);
    return { code: Number(stdout.trim() || 1), signal: null };
  }

  async #look(): Promise<void> {
    const { cli, plan } = this.#options;
    const { stdout } = await cli.run(['container', 'inspect', plan.name]);
    this.#last = stateIn(stdout) ?? this.#last;
  }

  async #complaint(): Promise<string> {
    return lastLines(await readFile(join(this.#options.directory, 'stderr'), 'utf8').catch(() => ''));
  }
}
