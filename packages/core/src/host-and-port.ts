/** An address as it stands before a port or a path, IPv6 in brackets: `10.0.0.1:2181`, `[::1]:2181`. */
export function hostAndPort(host: string, port: number | string): string {
  return `${host.includes(':') && !host.startsWith('[') ? `[${host}]` : host}:${port}`;
}
