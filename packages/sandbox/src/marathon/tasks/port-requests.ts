import type { App } from '../app/app.ts';

/** A port that an application asks for, on whichever network it is. */
export interface PortRequest {
  /** What it is called by inside: the container's port, or the declared one; 0 when there is no such number. */
  readonly port: number;
  /** The host's port that it must be; 0: any. */
  readonly hostPort: number;
  readonly protocol: string;
  readonly name: string | undefined;
}

/** In the order in which host ports are given. */
export function portRequests(app: App): readonly PortRequest[] {
  const mappings = app.container?.portMappings;
  if (mappings !== undefined) {
    return mappings.map(({ containerPort, hostPort, protocol, name }) => ({
      port: containerPort,
      hostPort,
      protocol,
      name,
    }));
  }
  return (app.portDefinitions ?? []).map(({ port, protocol, name }) => ({
    port,
    hostPort: app.requirePorts ? port : 0,
    protocol,
    name,
  }));
}
