import { OchoError } from 'ochopod-core';

import type { App } from '../../app/app.ts';
import { portRequests } from '../port-requests.ts';
import type { Environment } from '../task-environment.ts';
import type { TaskOrder } from '../task-runner.ts';
import type { Limits } from './engine-info.ts';

/** Where a task's directory is inside its container, as with Mesos. */
export const SANDBOX_INSIDE = '/mnt/mesos/sandbox';

export interface Mount {
  readonly source: string;
  readonly target: string;
  readonly mode: 'RO' | 'RW';
}

export interface ContainerPlan {
  readonly order: TaskOrder;
  readonly name: string;
  /** Of the scheduler's directory: tells containers of one sandbox from those of another. */
  readonly owner: string;
  readonly image: string;
  /** Address whose ports are mapped into the container. */
  readonly host: string;
  /** Where the host is reached. */
  readonly told: string;
  readonly sharesNetwork: boolean;
  readonly limits: Limits;
  readonly mounts: readonly Mount[];
  readonly environment: Environment;
  /** Variables of the engine itself, which the container's must not replace on the way. */
  readonly engineEnv: Environment;
  /** A file that only we can read, for variables that the engine has a use of its own for. */
  readonly envFile: string;
}

/** Arguments of `podman create` and `docker create`. No value of a variable is among them: everybody can read those. */
export function createArguments(plan: ContainerPlan): readonly string[] {
  const { order, name, owner, image, mounts } = plan;
  const { app } = order;
  return [
    'create',
    `--name=${name}`,
    `--label=ochopod.sandbox=${owner}`,
    `--label=ochopod.task=${order.taskId}`,
    `--label=ochopod.app=${app.id}`,
    // The task's outputs go into its files, and need not be kept twice.
    '--log-driver=none',
    ...networkArguments(plan),
    ...limitArguments(plan),
    ...(app.container?.docker?.privileged ? ['--privileged'] : []),
    ...(app.user === undefined ? [] : [`--user=${app.user}`]),
    ...mounts.map(({ source, target, mode }) => `--volume=${source}:${target}:${mode.toLowerCase()}`),
    ...environmentArguments(plan),
    ...(app.container?.docker?.parameters ?? []).map(({ key, value }) => `--${key}=${value}`),
    ...commandArguments(app, image),
  ];
}

/** Variables that the engine has a use for go by file, the others by name only, to be taken from its own. */
function environmentArguments(plan: ContainerPlan): readonly string[] {
  const { passed } = environmentFor(plan);
  return [`--env-file=${plan.envFile}`, ...Object.keys(passed).map((name) => `--env=${name}`)];
}

/**
 * The content of `envFile`, and the variables that the engine is started with. Why not all by file: a line holds no line
 * feeds, and engines do not agree on quotes.
 *
 * @throws {OchoError} `INVALID_INPUT` for a value that goes neither way
 */
export function environmentFor({ environment, engineEnv }: Pick<ContainerPlan, 'environment' | 'engineEnv'>): {
  readonly file: string;
  readonly passed: Environment;
} {
  const isOfEngine = ([name]: readonly [string, string]) => name in engineEnv || OF_ENGINES.test(name);
  const entries = Object.entries(environment);
  const own = entries.filter(isOfEngine);
  const unfit = own.find(([, value]) => value.includes('\n'));
  if (unfit !== undefined) {
    throw new OchoError(`the variable ${unfit[0]} cannot hold more than a line in a container`, {
      code: 'INVALID_INPUT',
    });
  }
  return {
    file: own.map(([name, value]) => `${name}=${value}\n`).join(''),
    passed: Object.fromEntries(entries.filter((entry) => !isOfEngine(entry))),
  };
}

/** By which engines, and the system's libraries in them, let themselves be told what to do. */
const OF_ENGINES =
  /^(PATH|HOME|TMPDIR|USER|LD_.*|GO.*|SSL_.*|XDG_.*|DBUS_.*|LISTEN_.*|NOTIFY_SOCKET|(DOCKER|CONTAINERS?|PODMAN|BUILDAH|STORAGE|REGISTRY|NETAVARK|CONMON|TAR)_.*|.*_PROXY)$/i;

function networkArguments({ order, host, sharesNetwork }: ContainerPlan): readonly string[] {
  if (sharesNetwork) return ['--network=host'];
  const named = order.app.networks.find((network) => network.mode === 'container');
  const published = portRequests(order.app).flatMap(({ port, protocol }, index) => {
    const hostPort = order.hostPorts[index];
    if (hostPort === undefined) return [];
    return protocol.split(',').map((each) => `--publish=${host}:${hostPort}:${port === 0 ? hostPort : port}/${each}`);
  });
  return [...(named === undefined ? [] : [`--network=${named.name}`]), ...published];
}

/** As Mesos has them: memory is a limit, processors are a share. */
const LEAST_MEMORY_MB = 32;
const LEAST_SHARES = 2;
const SHARES_OF_ONE = 1024;

function limitArguments({ order: { app }, limits }: ContainerPlan): readonly string[] {
  const memory = Math.max(LEAST_MEMORY_MB, Math.ceil(app.mem));
  const shares = Math.max(LEAST_SHARES, Math.round(app.cpus * SHARES_OF_ONE));
  return [...(limits.memory ? [`--memory=${memory}m`] : []), ...(limits.cpu ? [`--cpu-shares=${shares}`] : [])];
}

/** A command line replaces the image's own program, arguments are given to it. */
function commandArguments({ cmd, args = [] }: App, image: string): readonly string[] {
  return cmd === undefined ? [image, ...args] : ['--entrypoint=/bin/sh', image, '-c', cmd];
}
