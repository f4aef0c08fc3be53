import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';

import { OchoError } from 'ochopod-core';

import type { App } from '../../app/app.ts';
import { isLoopback } from '../addresses.ts';
import { taskEnvironment } from '../task-environment.ts';
import type { TaskRecord, TaskRecords } from '../task-record.ts';
import type { TaskOrder } from '../task-runner.ts';
import type { Workload } from '../workload.ts';
import { type ContainerPlan, SANDBOX_INSIDE } from './container-arguments.ts';
import { type ContainerOptions, startContainer } from './container-workload.ts';
import { type EngineCli, engineCli, lastLines } from './engine-cli.ts';
import { type Limits, limitsIn } from './engine-info.ts';
import { type EngineSearch, findEngine } from './find-engine.ts';
import { mountsFor } from './mounts.ts';

export interface ContainerEngineOptions extends EngineSearch, Pick<ContainerOptions, 'clock' | 'log'> {
  /** The scheduler's. */
  readonly directory: string;
  /** Whose ports are mapped. */
  readonly host: string;
  /** What tasks are told of that. */
  readonly told: string;
  readonly zk?: string;
  readonly records: TaskRecords;
}

/** A task that is to run in a container. */
export interface ContainerTask {
  readonly order: TaskOrder;
  readonly image: string;
  readonly directory: string;
  readonly record: TaskRecord;
}

/** The engine for containers of this machine, looked for when it is first needed. */
export class ContainerEngine {
  readonly #options: ContainerEngineOptions;
  #cli: EngineCli | 'none' | undefined;
  #limits: Promise<Limits | undefined> | undefined;

  constructor(options: ContainerEngineOptions) {
    this.#options = options;
  }

  /** Whether there is one, and it did not turn out not to work. */
  get isUsable(): boolean {
    return this.#found !== undefined;
  }

  /** Whether it works, which it is asked once; what it says when it does not is told. */
  async works(): Promise<boolean> {
    return (await this.#probed()) !== undefined;
  }

  /** @throws {OchoError} `POD_REFUSED` with what the engine said */
  async start(task: ContainerTask): Promise<Workload> {
    const limits = await this.#probed();
    const cli = this.#found;
    if (cli === undefined || limits === undefined) {
      throw new OchoError('there is no engine for containers here', { code: 'POD_REFUSED' });
    }
    const plan = await this.#planFor(task, { cli, limits });
    await this.#options.records.write({ ...task.record, container: { engine: cli.name, name: plan.name } });
    return startContainer({ ...this.#options, cli, plan, directory: task.directory });
  }

  get #found(): EngineCli | undefined {
    if (this.#cli === undefined) {
      const found = findEngine(this.#options);
      this.#cli = found === undefined ? 'none' : engineCli(found, this.#options.env);
    }
    return this.#cli === 'none' ? undefined : this.#cli;
  }

  #probed(): Promise<Limits | undefined> {
    this.#limits ??= this.#probe();
    return this.#limits;
  }

  async #probe(): Promise<Limits | undefined> {
    const cli = this.#found;
    if (cli === undefined) return undefined;
    const { code, stdout, stderr } = await cli.run(['info', '--format={{json .}}']);
    if (code === 0) return limitsIn(stdout);
    this.#cli = 'none';
    this.#options.log(`${cli.name} is installed and does not work: ${lastLines(stderr)}`);
    return undefined;
  }

  async #planFor(
    { order, image, directory }: ContainerTask,
    { cli, limits }: { readonly cli: EngineCli; readonly limits: Limits },
  ): Promise<ContainerPlan> {
    const { host, told, zk } = this.#options;
    const sharesNetwork = usesHostNetwork(order.app, host);
    const owner = ownerHash(this.#options.directory);
    const name = `ochopod-${owner}-${order.taskId}`;
    const parts = { ...order, host: told, zk, sharesNetwork, sandbox: SANDBOX_INSIDE };
    return {
      ...{ order, name, owner, image, host, told, sharesNetwork, limits },
      mounts: await mountsFor(order.app, directory),
      environment: taskEnvironment({ ...parts, base: { MESOS_CONTAINER_NAME: name } }),
      engineEnv: cli.env,
      envFile: join(this.#options.records.directory, `${order.taskId}.env`),
    };
  }
}

/** What is mapped on loopback could not be reached from inside other containers, nor the host's ZooKeeper from them. */
function usesHostNetwork(app: App, host: string): boolean {
  return isLoopback(host) || app.networks.some(({ mode }) => mode === 'host');
}

function ownerHash(directory: string): string {
  return createHash('sha256').update(realpathSync(directory)).digest('hex').slice(0, 8);
}
