import { isIP } from 'node:net';

/** An address as it stands before a port or a path, IPv6 in brackets: `10.0.0.1:2181`, `[::1]:2181`. */
export function hostAndPort(host: string, port: number | string): string {
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}

/** Whether that can be asked: an IP address or the name of a host, and no URL, credentials or prose. */
export function isAddress(host: string): boolean {
  return isIP(host) !== 0 || /^(?=.*[a-z])[\w.-]{1,255}$/i.test(host);
}
