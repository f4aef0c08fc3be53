import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { env } from 'node:process';

import { type Clock, hostAndPort, isoTime, messageOf, OchoError, systemClock } from 'ochopod-core';

import { connectionsFor } from 'ochopod-core/http-server';
import { buildApi } from './api/api.ts';
import { createEngine } from './engine/create-engine.ts';
import type { Engine } from './engine/engine.ts';
import { EventBus } from './events/event-bus.ts';
import { createTaskRunner } from './tasks/create-task-runner.ts';
import { endOrphans } from './tasks/end-orphans.ts';
import type { TaskRunner } from './tasks/task-runner.ts';

export interface SchedulerOptions {
  /** Address to listen on, and that tasks are told as `HOST`. Default: `127.0.0.1`. */
  readonly host?: string;
  /** Default: 0, any that is free. */
  readonly port?: number;
  /** Where tasks have their sandboxes, and where is kept what runs, so that the next one finds orphans. */
  readonly directory: string;
  /** Host ports that tasks get. Default: 31000 to 32000, as Mesos gives them. */
  readonly ports?: { readonly first: number; readonly last: number };
  /** `ochopod_zk` of tasks that do not set it. */
  readonly zk?: string;
  /** For images without an engine for containers: glob of image references to the command that runs instead. */
  readonly images?: Readonly<Record<string, string>>;
  /** `none`: never, `auto`: podman or docker, whichever is found and works. Default: `auto`. */
  readonly containers?: 'auto' | 'podman' | 'docker' | 'none';
  /** What tasks get their `PATH`, `HOME` and the like from. Default: the environment of this process. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly clock?: Clock;
  /** Milliseconds since 1970. */
  readonly wallTime?: () => number;
  /** Told in one sentence what happens that nobody asked for, such as orphans that were ended. */
  readonly onEvent?: (event: string) => void;
}

/** A running scheduler that clients of Marathon 1.5 to 1.11 talk to. */
export interface Scheduler {
  readonly host: string;
  readonly port: number;
  readonly engine: Engine;
  readonly events: EventBus;
  /** Kill every task, and stop. */
  close(): Promise<void>;
}

const LOOPBACK = '127.0.0.1';

/** Who listens to events holds one all the time. */
const MOST_CONNECTIONS = 2048;

/** As Mesos gives them. */
const PORTS = { first: 31_000, last: 32_000 };

/**
 * End what a crashed scheduler left in the directory, and start one that listens.
 *
 * @throws {OchoError} `CONFLICT` when the port is taken, `INVALID_INPUT` when it cannot listen on that address
 */
export async function startScheduler(options: SchedulerOptions): Promise<Scheduler> {
  const { host = LOOPBACK, port = 0, onEvent = () => {} } = options;
  const { clock = systemClock, wallTime = () => performance.timeOrigin + performance.now() } = options;
  for (const ended of await endOrphans(options.directory)) onEvent(ended);

  const slaveId = `${randomUUID()}-S0`;
  const events = new EventBus(() => isoTime(wallTime()));
  const runner = await createTaskRunner({
    env,
    ports: PORTS,
    containers: 'auto',
    ...options,
    host,
    clock,
    wallTime,
    log: onEvent,
  });
  const engine = createEngine({ runner, events, clock, wallTime, slaveId });
  let address = host;
  const openFiles = await readFile('/proc/self/limits', 'utf8').catch(() => undefined);
  const connections = connectionsFor(openFiles, MOST_CONNECTIONS);
  const agent = { host, slaveId };
  const api = buildApi({ engine, events, clock, connections, agent, host, address: () => address });
  const bound = await listen(api, { host, port }).catch(async (error) => {
    await runner.close();
    throw error;
  });
  address = hostAndPort(host, bound);
  return { host, port: bound, engine, events, close: () => close(engine, api, runner) };
}

/** In this order everybody can watch the tasks end. */
async function close(engine: Engine, api: Api, runner: TaskRunner): Promise<void> {
  await engine.close();
  await api.close();
  await runner.close();
}

type Api = ReturnType<typeof buildApi>;

async function listen(api: Api, { host, port }: { readonly host: string; readonly port: number }): Promise<number> {
  try {
    await api.listen({ host, port });
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EADDRINUSE';
    throw new OchoError(`cannot listen on ${hostAndPort(host, port)}: ${messageOf(cause)}`, {
      code: isTaken ? 'CONFLICT' : 'INVALID_INPUT',
      cause,
    });
  }
  const address = api.server.address();
  return address !== null && typeof address === 'object' ? address.port : port;
}
