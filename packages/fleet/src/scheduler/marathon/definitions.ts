import { isDeepStrictEqual } from 'node:util';
import { OchoError } from 'ochopod-core';

import {
  type ApplicationCopy,
  type ApplicationSpec,
  type HealthSpec,
  isOwnLabel,
  type PortSpec,
} from '../application.ts';

/** How a Marathon wants networks and ports to be written. */
export type Generation = 'since 1.5' | 'before 1.5';

export type Json = Readonly<Record<string, unknown>>;

/** @param version as `/v2/info` tells it: `1.5.1`, `1.11.24-SNAPSHOT` */
export function generationOf(version: string): Generation {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 1 || (major === 1 && minor >= 5) ? 'since 1.5' : 'before 1.5';
}

/** An application as Marathon has it; `verbatim` fields replace what we would have said. */
export function definitionOf(spec: ApplicationSpec, generation: Generation): Json {
  const { id, instances, command, env, labels, resources, constraints, health, upgrade } = spec;
  return {
    id: `/${id}`,
    instances,
    ...(command !== undefined && { args: command }),
    ...resources,
    env,
    labels,
    ...(constraints.length > 0 && { constraints }),
    ...(health !== undefined && { healthChecks: [healthCheck(health, spec.ports)] }),
    ...(upgrade !== undefined && {
      upgradeStrategy: { minimumHealthCapacity: upgrade.minimumHealthy, maximumOverCapacity: upgrade.maximumOver },
    }),
    ...(generation === 'since 1.5' ? modern(spec) : old(spec)),
    ...spec.verbatim,
  };
}

/**
 * The definition of another application, from one that was answered: without what Marathon itself has put there, and not
 * twice what it answers in two forms.
 *
 * @throws {OchoError} `INVALID_INPUT` when it runs no image
 */
export function copiedDefinition(definition: Json, { id, image, instances, labels }: ApplicationCopy): Json {
  const { version: _version, versionInfo: _info, uris, ports, ...kept } = definition;
  const container = withImage(definition, image);
  const { docker, portMappings } = container as { docker: Json; portMappings?: readonly Json[] };
  const isMapped = portMappings !== undefined || docker['portMappings'] !== undefined;
  return {
    ...kept,
    ...(kept['fetch'] === undefined && uris !== undefined && { uris }),
    ...(kept['portDefinitions'] === undefined && !isMapped && ports !== undefined && { ports }),
    container: {
      ...container,
      ...(portMappings !== undefined && { portMappings: portMappings.map(anyServicePort) }),
      docker: { ...docker, ...mappingsOf(docker) },
    },
    labels: { ...(kept['labels'] as object), ...labels },
    id: `/${id}`,
    instances,
  };
}

/**
 * The container of a definition with another image; whole and as it was answered: both generations take back what they gave.
 *
 * @throws {OchoError} `INVALID_INPUT` when it runs no image
 */
export function withImage({ id, container }: Json, image: string): Json {
  const { docker, ...rest } = (container ?? {}) as { docker?: object };
  if (docker !== undefined) return { ...rest, docker: { ...docker, image } };
  throw new OchoError(`${String(id).replace(/^\//, '')} does not run an image`, {
    code: 'INVALID_INPUT',
    hint: 'Deploy it again from its file instead.',
  });
}

function mappingsOf({ portMappings }: Json): Json {
  return Array.isArray(portMappings) ? { portMappings: portMappings.map(anyServicePort) } : {};
}

/** Service ports are one application's own; Marathon gives the copy others. */
function anyServicePort({ servicePort: _own, ...rest }: Json): Json {
  return rest;
}

function modern({ image, ports, hostVolumes }: ApplicationSpec): Json {
  return {
    networks: [{ mode: 'container/bridge' }],
    container: {
      type: 'DOCKER',
      docker: { image, forcePullImage: true },
      portMappings: ports.map(mapping),
      volumes: hostVolumes.map(readOnly),
    },
  };
}

function old({ image, ports, hostVolumes }: ApplicationSpec): Json {
  return {
    container: {
      type: 'DOCKER',
      docker: { image, forcePullImage: true, network: 'BRIDGE', portMappings: ports.map(mapping) },
      volumes: hostVolumes.map(readOnly),
    },
  };
}

const mapping = ({ container, host, protocol }: PortSpec): Json => ({
  containerPort: container,
  hostPort: host,
  protocol,
});
const readOnly = (path: string): Json => ({ containerPath: path, hostPath: path, mode: 'RO' });

function healthCheck({ path, port, grace, interval, timeout, failures }: HealthSpec, ports: readonly PortSpec[]): Json {
  return {
    protocol: 'HTTP',
    path,
    portIndex: ports.findIndex(({ container }) => container === port),
    ...(grace !== undefined && { gracePeriodSeconds: grace }),
    ...(interval !== undefined && { intervalSeconds: interval }),
    ...(timeout !== undefined && { timeoutSeconds: timeout }),
    ...(failures !== undefined && { maxConsecutiveFailures: failures }),
  };
}

/** Whether two versions of an application differ in its size at most. */
export function saysTheSame(one: Json, other: Json): boolean {
  return isDeepStrictEqual(essence(one), essence(other));
}

function essence({ version: _version, versionInfo: _info, instances: _instances, ...rest }: Json): Json {
  return rest;
}

/** Whether a definition has no variable and no label that is not wanted: those are replaced as a whole. Ours do not count. */
export function saysNoMoreThan(definition: Json, wanted: Json): boolean {
  return ['env', 'labels'].every((field) => {
    const names = Object.keys((definition[field] ?? {}) as object).filter(
      (name) => field !== 'labels' || !isOwnLabel(name),
    );
    const accepted = new Set(Object.keys((wanted[field] ?? {}) as object));
    return names.every((name) => accepted.has(name));
  });
}

/** Whether all of `wanted` is in a definition, whatever Marathon has added to it. */
export function contains(definition: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(definition) || definition.length !== wanted.length) return false;
    return wanted.every((each, at) => contains(definition[at], each));
  }
  if (typeof wanted !== 'object' || wanted === null) return definition === wanted;
  if (typeof definition !== 'object' || definition === null) return false;
  const present = new Map(Object.entries(definition));
  return Object.entries(wanted).every(([name, each]) => contains(present.get(name), each));
}
