import type { ApplicationSpec, HealthSpec, PortSpec } from '../application.ts';

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
