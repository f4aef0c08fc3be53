import { fnmatch, type Registration } from 'ochopod-core';

import type { AgentSettings } from './settings.ts';

/**
 * The names by which callers may ask for a pod: its own, those of its host, and what the settings allow.
 *
 * @returns tells of a name in lower case whether it is one
 */
export function namesOf(
  { host, hosts }: Pick<AgentSettings, 'host' | 'hosts'>,
  { ip, public: address, node }: Pick<Registration, 'ip' | 'public' | 'node'>,
): (name: string) => boolean {
  const own = new Set([ip, address, node, host].flatMap((name) => (name ? [name.toLowerCase()] : [])));
  const allowed = hosts.map(fnmatch);
  return (name) => own.has(name) || allowed.some((matches) => matches(name));
}
