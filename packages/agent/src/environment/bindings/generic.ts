import { OchoError } from 'ochopod-core';

import type { Binding, Placement } from './binding.ts';
import { mappedPorts } from './marathon.ts';

/** Anywhere else, by hand or under another scheduler: our own variables say where we are. */
export const generic: Binding = async (settings, { hostname, resolve }): Promise<Placement> => {
  const { addresses, host } = settings;
  const ip = addresses.ip ?? (host === undefined ? undefined : await resolve(host));
  if (ip !== undefined) return { fwk: 'generic', ip, public: '', node: host ?? hostname, ports: mappedPorts(settings) };
  throw new OchoError('it is not known where this pod can be reached: neither HOST nor ochopod_ip is set', {
    code: 'INVALID_INPUT',
    hint: 'Set ochopod_ip to the address that other pods use, or ochopod_local=true on a workstation.',
  });
};
