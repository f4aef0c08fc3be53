import { networkInterfaces } from 'node:os';

/** Listening there is listening everywhere, and nobody is reached by it. */
const EVERYWHERE = ['0.0.0.0', '::'];
const LOOPBACK = '127.0.0.1';

/** What tasks are told of a host that listens at this address: one that they and others can be reached at. */
export function reachableAt(host: string, interfaces = networkInterfaces()): string {
  if (!EVERYWHERE.includes(host)) return host;
  const addresses = Object.values(interfaces).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? LOOPBACK;
}

export function isLoopback(host: string): boolean {
  return /^(127\.|::1$|localhost$)/.test(host);
}
