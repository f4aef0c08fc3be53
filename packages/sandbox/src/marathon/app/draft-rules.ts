import type { AppDraft, HealthCheck, ReadinessCheck } from './app.ts';
import { hasTwice } from './body-rules.ts';
import { problemsOfId } from './ids.ts';
import type { Violation } from './violations.ts';

/** What is wrong with a whole definition, all of it at once. */
export function violationsOfDraft(draft: AppDraft): readonly Violation[] {
  return [
    ...problemsOfId(draft.id).map((error) => ({ path: '/id', error })),
    ...draft.dependencies.flatMap((id, index) =>
      problemsOfId(id).map((error) => ({ path: `/dependencies(${index})`, error })),
    ),
    ...ofCommand(draft),
    ...ofNetworks(draft),
    ...ofPorts(draft),
    ...ofHealthChecks(draft),
    ...ofReadinessChecks(draft),
    ...ofConstraints(draft),
    ...ofInstances(draft),
  ];
}

function ofCommand({ cmd, args, container }: AppDraft): readonly Violation[] {
  const isBoth = cmd !== undefined && args !== undefined;
  const hasImage = container?.docker !== undefined;
  const violations: Violation[] = [];
  if (isBoth || (cmd === undefined && args === undefined && !hasImage)) {
    const error = "AppDefinition must either contain one of 'cmd' or 'args', and/or a 'container'.";
    violations.push({ path: '/', error });
  }
  if (container?.type === 'DOCKER' && !hasImage) violations.push({ path: '/container/docker', error: 'not defined' });
  return violations;
}

function ofNetworks({ networks }: AppDraft): readonly Violation[] {
  const violations = networks.flatMap((network, index) => {
    if (network.mode !== 'container' || network.name !== '') return [];
    const error = 'network name must be specified when container network is selected.';
    return [{ path: `/networks(${index})`, error }];
  });
  const isMixed = new Set(networks.map(({ mode }) => mode)).size > 1;
  if (isMixed) violations.push({ path: '/networks', error: 'may not mix networks of different modes' });
  return violations;
}

function ofPorts({ portDefinitions = [], container }: AppDraft): readonly Violation[] {
  const violations: Violation[] = [];
  const mappings = container?.portMappings ?? [];
  const unique = 'Port names must be unique.';
  if (hasTwice(namesOf(portDefinitions))) violations.push({ path: '/portDefinitions', error: unique });
  if (hasTwice(namesOf(mappings))) violations.push({ path: '/container/portMappings', error: unique });
  if (hasTwice(portDefinitions.map(({ port }) => port).filter(Boolean))) {
    violations.push({ path: '/portDefinitions', error: 'Ports must be unique.' });
  }
  return violations;
}

type Named = { readonly name?: string };

function namesOf(ports: readonly Named[]): readonly string[] {
  return ports.flatMap(({ name }) => (name === undefined ? [] : [name]));
}

function portsOf({ container, portDefinitions = [] }: AppDraft): readonly Named[] {
  return container?.portMappings ?? portDefinitions;
}

/** Those that Marathon asks itself; the others are asked beside the task. */
const ASKED_BY_US: readonly HealthCheck['protocol'][] = ['HTTP', 'HTTPS', 'TCP'];

function ofHealthChecks(draft: AppDraft): readonly Violation[] {
  const ports = portsOf(draft).length;
  const violations = draft.healthChecks.flatMap((check, index) =>
    problemsOfHealthCheck(check, ports).map((error) => ({ path: `/healthChecks(${index})`, error })),
  );
  const beside = draft.healthChecks.filter(({ protocol }) => protocol.startsWith('MESOS_')).length;
  if (beside > 1) {
    violations.push({ path: '/', error: 'AppDefinition can contain at most one Mesos health check' });
  }
  return violations;
}

function problemsOfHealthCheck({ protocol, command, port, portIndex }: HealthCheck, ports: number): readonly string[] {
  if (protocol === 'COMMAND') return command === undefined ? ['A command health check must define its command.'] : [];
  const isThere = portIndex === undefined ? port !== undefined : portIndex < ports;
  if (isThere || !ASKED_BY_US.includes(protocol)) return [];
  return ['Health check port indices must address an element of the ports array or container port mappings.'];
}

function ofReadinessChecks(draft: AppDraft): readonly Violation[] {
  const { readinessChecks } = draft;
  const names = namesOf(portsOf(draft));
  const violations = readinessChecks.flatMap((check, index) =>
    ofReadinessCheck(check, names, `/readinessChecks(${index})`),
  );
  if (readinessChecks.length > 1) {
    violations.push({ path: '/readinessChecks', error: `got ${readinessChecks.length}, expected 1 or less` });
  }
  return violations;
}

function ofReadinessCheck(check: ReadinessCheck, names: readonly string[], path: string): Violation[] {
  const { portName, timeoutSeconds, intervalSeconds } = check;
  const violations: Violation[] = [];
  if (!names.includes(portName)) {
    violations.push({ path: `${path}/portName`, error: `No port definition reference for portName ${portName}` });
  }
  if (timeoutSeconds >= intervalSeconds) {
    const error = `got ${timeoutSeconds}, expected less than ${intervalSeconds}`;
    violations.push({ path: `${path}/timeoutSeconds`, error });
  }
  return violations;
}

const OPERATORS = ['UNIQUE', 'CLUSTER', 'GROUP_BY', 'LIKE', 'UNLIKE', 'MAX_PER', 'IS'];

function ofConstraints({ constraints }: AppDraft): readonly Violation[] {
  return constraints.flatMap(([field, operator, ...values], index) => {
    const path = `/constraints(${index})`;
    if (field === undefined || operator === undefined || values.length > 1) {
      return [{ path, error: 'each constraint must have either 2 or 3 fields' }];
    }
    if (OPERATORS.includes(operator)) return [];
    return [{ path, error: `operator must be one of the following ${OPERATORS.join(', ')}` }];
  });
}

function ofInstances({ labels, instances }: AppDraft): readonly Violation[] {
  const isSingle = labels['MARATHON_SINGLE_INSTANCE_APP'] === 'true';
  return isSingle && instances > 1
    ? [{ path: '/instances', error: 'Single instance app may only have one instance' }]
    : [];
}
