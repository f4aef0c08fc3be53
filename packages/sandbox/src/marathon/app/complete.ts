import type { AppDraft, Container, HealthCheck, Network, PortDefinition, PortMapping, ReadinessCheck } from './app.ts';
import type { HealthCheckBody, NetworkBody, PortMappingBody, ReadinessCheckBody } from './body.ts';
import type { CanonicalBody } from './canonical.ts';
import { absoluteId, parentOf } from './ids.ts';

/** Fill in every default. Ports that nobody chose are 0 still. */
export function complete(body: CanonicalBody, id: string): AppDraft {
  return {
    ...optional(body),
    id,
    env: envOf(body),
    labels: body.labels ?? {},
    instances: body.instances ?? 1,
    ...resources(body),
    ...launching(body),
    dependencies: (body.dependencies ?? []).map((other) => absoluteId(other, parentOf(id))),
    ...networking(body),
    upgradeStrategy: { minimumHealthCapacity: 1, maximumOverCapacity: 1, ...body.upgradeStrategy },
    killSelection: body.killSelection ?? 'YOUNGEST_FIRST',
    unreachableStrategy: unreachable(body),
    role: body.role ?? '*',
  };
}

/** Values that are no text are refused elsewhere. */
function envOf({ env = {} }: CanonicalBody): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
}

function unreachable({ unreachableStrategy = {} }: CanonicalBody): AppDraft['unreachableStrategy'] {
  if (unreachableStrategy === 'disabled') return unreachableStrategy;
  return { inactiveAfterSeconds: 0, expungeAfterSeconds: 0, ...unreachableStrategy };
}

/** Networks, and whatever hangs on the ports. */
function networking(body: CanonicalBody) {
  const networks = networksOf(body.networks ?? []);
  const isHost = networks.every(({ mode }) => mode === 'host');
  const container = containerOf(body, isHost);
  const portDefinitions = isHost ? definitionsOf(body) : undefined;
  const ports = (container?.portMappings ?? portDefinitions ?? []).length;
  return {
    ...(container && { container }),
    networks,
    ...(portDefinitions && { portDefinitions }),
    requirePorts: isHost && body.requirePorts === true,
    healthChecks: (body.healthChecks ?? []).map((check) => healthCheck(check, ports)),
    readinessChecks: (body.readinessChecks ?? []).map(readinessCheck),
  };
}

/** What is there only when somebody said it. */
function optional(body: CanonicalBody): Partial<AppDraft> {
  const { cmd, args, user, acceptedResourceRoles, taskKillGracePeriodSeconds, tty } = body;
  return {
    ...(cmd !== undefined && { cmd }),
    ...(args !== undefined && args.length > 0 && { args }),
    ...(user !== undefined && { user }),
    ...(acceptedResourceRoles && { acceptedResourceRoles }),
    ...(taskKillGracePeriodSeconds !== undefined && { taskKillGracePeriodSeconds }),
    ...(tty !== undefined && { tty }),
  };
}

function resources({ cpus = 1, mem = 128, disk = 0, gpus = 0 }: CanonicalBody) {
  return { cpus, mem, disk, gpus };
}

function launching(body: CanonicalBody) {
  const {
    executor = '',
    constraints = [],
    backoffSeconds = 1,
    backoffFactor = 1.15,
    maxLaunchDelaySeconds = 300,
  } = body;
  const fetch = (body.fetch ?? []).map((file) => ({ extract: true, executable: false, cache: false, ...file }));
  return { executor, constraints, fetch, backoffSeconds, backoffFactor, maxLaunchDelaySeconds };
}

function networksOf(networks: readonly NetworkBody[]): readonly Network[] {
  if (networks.length === 0) return [{ mode: 'host' }];
  return networks.map(({ mode = 'container', name = '' }) => (mode === 'container' ? { mode, name } : { mode }));
}

/** A network of its own takes a container, and a port unless it says that there is none. */
function containerOf({ container, portDefinitions = [] }: CanonicalBody, isHost: boolean): Container | undefined {
  if (container === undefined && isHost) return undefined;
  const { type = container === undefined ? 'MESOS' : 'DOCKER', docker, volumes = [] } = container ?? {};
  const declared: PortMappingBody[] = container?.portMappings ?? [{ name: 'default' }];
  const missing = Array.from({ length: Math.max(0, portDefinitions.length - declared.length) }, () => ({}));
  return {
    type,
    ...(docker && { docker: { forcePullImage: false, privileged: false, parameters: [], ...docker } }),
    ...(!isHost && { portMappings: [...declared, ...missing].map(portMapping) }),
    volumes: volumes.map(({ containerPath, hostPath, mode = 'RW' }) => ({
      containerPath,
      ...(hostPath !== undefined && { hostPath }),
      mode,
    })),
  };
}

function portMapping(mapping: PortMappingBody): PortMapping {
  return { containerPort: 0, hostPort: 0, servicePort: 0, protocol: 'tcp', labels: {}, ...mapping };
}

function definitionsOf({ portDefinitions = [{ name: 'default' }] }: CanonicalBody): readonly PortDefinition[] {
  return portDefinitions.map((definition) => ({ port: 0, protocol: 'tcp', labels: {}, ...definition }));
}

function healthCheck(check: HealthCheckBody, ports: number): HealthCheck {
  const { protocol = 'HTTP', port, portIndex } = check;
  const takesFirst = protocol !== 'COMMAND' && port === undefined && portIndex === undefined && ports > 0;
  return {
    gracePeriodSeconds: 300,
    intervalSeconds: 60,
    timeoutSeconds: 20,
    delaySeconds: 15,
    maxConsecutiveFailures: 3,
    ignoreHttp1xx: false,
    ...check,
    ...(takesFirst && { portIndex: 0 }),
    protocol,
  };
}

function readinessCheck(check: ReadinessCheckBody): ReadinessCheck {
  const codes = check.httpStatusCodesForReady ?? [];
  return {
    name: 'readinessCheck',
    protocol: 'HTTP',
    path: '/',
    portName: 'http-api',
    intervalSeconds: 30,
    timeoutSeconds: 10,
    preserveLastResponse: false,
    ...check,
    httpStatusCodesForReady: codes.length > 0 ? codes : [200],
  };
}
