import { randomUUID } from 'node:crypto';
import { isIPv6 } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { type Clock, OchoError, type Registration, withDeadline } from 'ochopod-core';
import { connectionsFor } from 'ochopod-core/http-server';
import type { OutputName, SpawnProcess } from 'ochopod-core/process';
import { Callbacks } from './callbacks.ts';
import { buildControlServer } from './control-server/control-server.ts';
import { DEFAULT_LIMITS } from './control-server/deps.ts';
import type { Coordination } from './coordination/coordination.ts';
import { digestOf } from './coordination/digest.ts';
import type { Placement, Surroundings } from './environment/bindings/binding.ts';
import { namesOf } from './environment/names.ts';
import { atPort, describePod, findPlacement } from './environment/registration.ts';
import { type AgentSettings, type Environment, readSettings } from './environment/settings.ts';
import { findZooKeeper } from './environment/zookeeper-discovery.ts';
import { SupervisingPod } from './lifecycle/pod.ts';
import type { LogRing } from './log-ring.ts';
import type { Log } from './logging.ts';
import type { PodScript } from './script/pod-script.ts';
import { modelOf } from './script/script-settings.ts';
import { Toolbox } from './tools/toolbox.ts';

/** What the pod's half in ZooKeeper is made of. */
export interface CoordinationDeps {
  readonly script: PodScript;
  /** UUID of this agent process. */
  readonly key: string;
  /** What the pod is to register; its `seq` comes from ZooKeeper. */
  readonly registration: Registration;
  readonly pod: SupervisingPod;
  /** Runs the author's `probe`, with its time limit. */
  readonly callbacks: Callbacks;
  /** A connection string for ZooKeeper, credentials included. */
  readonly servers: string;
  /** How long ZooKeeper keeps the session without hearing from us. */
  readonly sessionTimeoutMs: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Aborts when the agent begins to stop. */
  readonly signal: AbortSignal;
}

/** Makes the pod's half in ZooKeeper; begins its work at once and in the background. */
export type CoordinationFactory = (deps: CoordinationDeps) => RunningCoordination;

export interface RunningCoordination extends Coordination {
  /** Leave the cluster: deregister, close the session. Settles when that is done. */
  stop(): Promise<void>;
}

export interface AgentOptions {
  readonly script: PodScript;
  readonly env: Environment;
  readonly coordination: CoordinationFactory;
  readonly surroundings: Surroundings;
  readonly spawn: SpawnProcess;
  /** Takes what the process prints, unless that goes into the log; never blocks. */
  readonly passOn: (chunk: Uint8Array, name: OutputName) => void;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallTime: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly ring: LogRing;
  /** Of the agent, as `/info` tells it. */
  readonly version: string;
}

export interface Agent {
  /** Where its control port listens. */
  readonly port: number;
  /** Hand a signal on to the process. */
  forward(name: NodeJS.Signals): void;
  /** Leave the cluster, tear the process down, finalize, close the control port. */
  stop(): Promise<void>;
}

/**
 * Bring a pod up: read where we are, listen, then join the cluster.
 *
 * @throws {OchoError} `INVALID_INPUT` for a bad environment, `CONFLICT` when the control port is taken
 */
export async function startAgent(options: AgentOptions): Promise<Agent> {
  const { script, env, clock, log, surroundings } = options;
  const settings = readSettings(env);
  const zk = await findZooKeeper({ explicit: settings.zk, local: settings.local, readText: surroundings.readText });
  const placement = await findPlacement(settings, surroundings);
  log.info({ source: zk.source, zk: zk.hosts, fwk: placement.fwk, ip: placement.ip }, 'surroundings found');

  const views = { check: script.canConfigure !== undefined, ok: script.configured !== undefined };
  let registration = describePod({ settings, placement, zk: zk.hosts, env, views });
  let coordination: RunningCoordination | undefined;
  const key = randomUUID();
  const closing = new AbortController();
  const callbacks = new Callbacks({ script, settings: settings.pod, clock, log });
  const pod = buildPod(options, { settings, callbacks });
  const server = buildControlServer({
    pod,
    coordination: () => coordination,
    registration: () => registration,
    version: options.version,
    digest: digestOf,
    dependencies: modelOf(script).dependsOn,
    tools: new Toolbox(script.tools ?? {}, log.child({ component: 'tools' })),
    key,
    ring: options.ring,
    clock,
    log: log.child({ component: 'control-server' }),
    isOurName: namesOf(settings, registration),
    closing: closing.signal,
    limits: await connectionLimits(surroundings),
  });
  const port = await listen(server, whereToListen(settings, placement));
  if (settings.port === 0) registration = atPort(registration, port);
  log.info({ port, cluster: `${registration.namespace}.${registration.cluster}` }, 'control port opened');

  const coordinating = {
    script,
    key,
    registration,
    pod,
    callbacks,
    servers: zk.connect,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    clock,
    random: options.random,
    log: log.child({ component: 'coordination' }),
    signal: closing.signal,
  };
  coordination = options.coordination(coordinating);
  return running(port, { coordination, pod, server, closing, clock, log });
}

function running(port: number, parts: Parts): Agent {
  let stopped: Promise<void> | undefined;
  return {
    port,
    forward: (name) => parts.pod.forward(name),
    stop: () => {
      stopped ??= stop(parts);
      return stopped;
    },
  };
}

/** Half of them for one address, so that no other is kept out by it. */
async function connectionLimits({ readText }: Surroundings) {
  const openFiles = await readText('/proc/self/limits').catch(() => undefined);
  const connections = connectionsFor(openFiles, DEFAULT_LIMITS.connections);
  return { connections, connectionsPerAddress: Math.ceil(connections / 2) };
}

function buildPod(
  { script, env, spawn, passOn, clock, wallTime, random, log }: AgentOptions,
  { settings, callbacks }: { settings: AgentSettings; callbacks: Callbacks },
): SupervisingPod {
  return new SupervisingPod({
    script,
    callbacks,
    env: definedOnly(env),
    spawn,
    passOn,
    clock,
    wallTime,
    random,
    log: log.child({ component: 'lifecycle' }),
    startsOnItsOwn: settings.start,
  });
}

/** In a network of its own a container is reached through the host, whose address is none of its own. */
function whereToListen(
  { port, local, hostNetwork }: AgentSettings,
  { ip, public: address, ports }: Placement,
): ListenAddress {
  if (hostNetwork) return { port: ports[port] ?? port, host: ip };
  if (local) return { port, host: '127.0.0.1' };
  // There IPv4 is served as well; a host without IPv6 has no such address to listen at.
  return { port, host: [ip, address].some(isIPv6) ? '::' : '0.0.0.0' };
}

interface ListenAddress {
  readonly port: number;
  readonly host: string;
}

async function listen(server: FastifyInstance, { port, host }: ListenAddress): Promise<number> {
  try {
    await server.listen({ port, host });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRNOTAVAIL') {
      throw new OchoError(`the control port cannot be opened at ${host}: that is no address of this host`, {
        code: 'INVALID_INPUT',
        hint: 'Set ochopod_ip to an address of this host, or do without ochopod_network=host.',
        cause,
      });
    }
    if (code !== 'EADDRINUSE') throw cause;
    throw new OchoError(`the control port ${port} is taken`, {
      code: 'CONFLICT',
      hint: 'Set ochopod_port to another one, or to 0 for any that is free.',
      cause,
    });
  }
  return (server.server.address() as { port: number }).port;
}

interface Parts {
  readonly coordination: RunningCoordination;
  readonly pod: SupervisingPod;
  readonly server: FastifyInstance;
  readonly closing: AbortController;
  readonly clock: Clock;
  readonly log: Log;
}

/** A ZooKeeper that does not answer must not keep us: it will miss us soon enough. */
const LEAVE_MS = 5000;

/** Peers see us leave first of all; the control port answers to the end. */
async function stop({ coordination, pod, server, closing, clock, log }: Parts): Promise<void> {
  log.info('agent stopping');
  const leaving = { clock, ms: LEAVE_MS, what: 'leaving the cluster', parent: new AbortController().signal };
  const left = withDeadline(leaving, () => coordination.stop()).catch((error: unknown) =>
    log.warn({ err: error }, 'leaving the cluster failed'),
  );
  closing.abort(new OchoError('the agent is stopping', { code: 'INTERRUPTED' }));
  await Promise.all([left, pod.shutDown()]);
  await server.close();
  log.info('agent stopped');
}

function definedOnly(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
