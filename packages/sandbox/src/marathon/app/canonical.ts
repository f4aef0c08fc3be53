import type { AppBody, ContainerBody, NetworkBody, PortMappingBody } from './body.ts';

/** A body without the words of before 1.5. */
export type CanonicalBody = Omit<AppBody, 'ports' | 'ipAddress' | 'uris'>;

/** Say in the words since 1.5 what was said in those before: networks, ports, and files to fetch. */
export function canonical(body: AppBody): CanonicalBody {
  const { ports, ipAddress, uris, ...rest } = body;
  const networks = body.networks?.length ? body.networks : (networksOf(body) ?? body.networks);
  const container = containerOf(body);
  const portDefinitions = body.portDefinitions ?? ports?.map((port) => ({ port }));
  const fetch = body.fetch ?? uris?.map((uri) => ({ uri }));
  return {
    ...rest,
    ...(networks && { networks }),
    ...(container && { container }),
    ...(portDefinitions && { portDefinitions }),
    ...(fetch && { fetch }),
  };
}

function networksOf({ ipAddress, container }: AppBody): NetworkBody[] | undefined {
  const mode = container?.docker?.network;
  if (mode === 'HOST' || mode === 'NONE') return [{ mode: 'host' }];
  if (mode === 'BRIDGE') return [{ mode: 'container/bridge' }];
  if (mode === undefined && ipAddress === undefined) return undefined;
  return [{ mode: 'container', ...(ipAddress?.networkName !== undefined && { name: ipAddress.networkName }) }];
}

function containerOf({ container, ipAddress }: AppBody): ContainerBody | undefined {
  if (container === undefined) return ipAddress && withPorts({ type: 'MESOS' }, discovered(ipAddress));
  const { docker, ...rest } = container;
  if (docker === undefined) return withPorts(rest, discovered(ipAddress));
  const { network: _network, portMappings, ...image } = docker;
  return withPorts({ ...rest, docker: image }, portMappings ?? discovered(ipAddress));
}

function withPorts(container: ContainerBody, portMappings: PortMappingBody[] | undefined): ContainerBody {
  return container.portMappings !== undefined || portMappings === undefined
    ? container
    : { ...container, portMappings };
}

function discovered(ipAddress: AppBody['ipAddress']): PortMappingBody[] | undefined {
  return ipAddress?.discovery?.ports?.map(({ number = 0, ...port }) => ({ ...port, containerPort: number }));
}
