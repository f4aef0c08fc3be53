import type { AppBody } from './body.ts';
import type { Violation } from './violations.ts';

interface Rule {
  readonly path: string;
  readonly error: string;
  readonly isBroken: (body: AppBody) => boolean;
}

/** What must not be said together, mostly the words of two generations; and what there is no such thing as here. */
const RULES: readonly Rule[] = [
  {
    path: '/',
    error: 'must not specify both container.docker.network and networks',
    isBroken: ({ container, networks }) => container?.docker?.network !== undefined && isSome(networks),
  },
  {
    path: '/',
    error: 'must not specify both networks and ipAddress',
    isBroken: ({ ipAddress, networks }) => ipAddress !== undefined && isSome(networks),
  },
  {
    path: '/',
    error: 'cannot specify both portMappings and docker.portMappings',
    isBroken: ({ container }) => isSome(container?.portMappings) && isSome(container?.docker?.portMappings),
  },
  {
    path: '/',
    error: 'container.portMappings and ipAddress.discovery.ports must not both be set',
    isBroken: ({ container, ipAddress }) => isSome(container?.portMappings) && isSome(ipAddress?.discovery?.ports),
  },
  {
    path: '/ipAddress',
    error: 'ipAddress/discovery is not allowed for Docker containers',
    isBroken: ({ container, ipAddress }) => container?.docker !== undefined && ipAddress?.discovery !== undefined,
  },
  { path: '/', error: 'ports must be unique', isBroken: ({ ports = [] }) => hasTwice(ports.filter(Boolean)) },
  {
    path: '/',
    error: 'cannot specify both an IP address and port',
    isBroken: ({ ipAddress, ports, portDefinitions }) =>
      ipAddress !== undefined && (isSome(ports) || isSome(portDefinitions)),
  },
  {
    path: '/',
    error: 'cannot specify both ports and port definitions',
    isBroken: ({ ports, portDefinitions }) =>
      isSome(ports) &&
      isSome(portDefinitions) &&
      String(ports) !== String(portDefinitions?.map(({ port = 0 }) => port)),
  },
  {
    path: '/uris',
    error: 'may not be set in conjunction with fetch',
    isBroken: ({ uris, fetch }) => isSome(uris) && isSome(fetch),
  },
  {
    path: '/secrets',
    error: 'Feature secrets is not enabled. Enable with --enable_features secrets)',
    isBroken: ({ secrets = {} }) => Object.keys(secrets).length > 0,
  },
];

/** What is wrong with a body as it was sent. */
export function violationsOfBody(body: AppBody): readonly Violation[] {
  return [...RULES.filter(({ isBroken }) => isBroken(body)), ...secretsIn(body), ...strangeVolumes(body)];
}

function secretsIn({ env = {} }: AppBody): readonly Violation[] {
  return Object.entries(env)
    .filter(([, value]) => typeof value !== 'string')
    .map(([name]) => ({ path: `/env/${name}`, error: 'must be a string: there are no secrets here' }));
}

function strangeVolumes({ container }: AppBody): readonly Violation[] {
  return (container?.volumes ?? []).flatMap(({ hostPath, persistent, external, secret }, index) => {
    if ((persistent ?? external ?? secret) !== undefined) {
      return [
        { path: `/container/volumes(${index})`, error: 'must be a volume with a hostPath: there are no others here' },
      ];
    }
    return hostPath ? [] : [{ path: `/container/volumes(${index})/hostPath`, error: 'must not be empty' }];
  });
}

function isSome(list: readonly unknown[] | undefined): boolean {
  return list !== undefined && list.length > 0;
}

/** Whether something is in a list more than once. */
export function hasTwice(list: readonly unknown[]): boolean {
  return new Set(list).size < list.length;
}
