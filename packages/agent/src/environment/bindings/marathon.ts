import { messageOf, OchoError } from 'ochopod-core';

import type { AgentSettings } from '../settings.ts';
import type { Binding } from './binding.ts';

/** A task of Marathon: `HOST` and `PORT_<n>` say where we are. */
export const marathon: Binding = async (settings, { resolve }) => {
  const { host } = settings;
  if (host === undefined || settings.application === '') return undefined;
  const ip = settings.addresses.ip ?? (await resolveHost(host, resolve));
  return { fwk: 'marathon', ip, public: '', node: host, ports: mappedPorts(settings) };
};

/**
 * The ports that peers reach us at. Without any mapping we are on the host's own network.
 *
 * @throws {OchoError} `INVALID_INPUT` when the scheduler maps ports, and the control port is not among them
 */
export function mappedPorts({ ports, port }: Pick<AgentSettings, 'ports' | 'port'>): Readonly<Record<string, number>> {
  if (Object.keys(ports).length === 0) return { [port]: port };
  if (ports[port] !== undefined) return ports;
  throw new OchoError(`PORT_${port} is not set: the control port is not mapped`, {
    code: 'INVALID_INPUT',
    hint: `Add ${port} to the port mappings of the application, or set ochopod_port to one of them.`,
  });
}

async function resolveHost(host: string, resolve: (host: string) => Promise<string>): Promise<string> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw new OchoError(`HOST is "${host}", which does not resolve to an address: ${messageOf(cause)}`, {
      code: 'INVALID_INPUT',
      hint: 'Set ochopod_ip to the address that other pods reach this host at.',
      cause,
    });
  }
}
