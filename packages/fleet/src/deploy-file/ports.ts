import type { PortSpec } from '../scheduler/index.ts';

/** Where agents listen unless they are told otherwise. */
export const CONTROL_PORT = 8080;

/** `6379`, `9000 *`, `80 8000`, each with `tcp` or `udp` after it. */
export const PORT_NOTATION = /^\s*(\d{1,5})(?:\s+(\d{1,5}|\*))?(?:\s+(tcp|udp))?\s*$/;

/** @returns nothing for what is no port */
export function parsePort(notation: unknown): PortSpec | undefined {
  const [, container, host = '0', protocol = 'tcp'] = PORT_NOTATION.exec(String(notation)) ?? [];
  const port: PortSpec = {
    container: Number(container),
    host: host === '*' ? Number(container) : Number(host),
    protocol: protocol === 'udp' ? 'udp' : 'tcp',
  };
  return isPort(port.container) && (host === '0' || isPort(port.host)) ? port : undefined;
}

/** The control port is always there, and the first, unless it is listed. */
export function withControlPort(ports: readonly PortSpec[]): readonly PortSpec[] {
  const isListed = ports.some(({ container, protocol }) => container === CONTROL_PORT && protocol === 'tcp');
  return isListed ? ports : [{ container: CONTROL_PORT, host: 0, protocol: 'tcp' }, ...ports];
}

function isPort(number: number): boolean {
  return number >= 1 && number <= 65_535;
}
