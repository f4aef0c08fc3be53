import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';

import type { Clock } from 'ochopod-core';

const LISTEN = '0A';
const TABLES = ['/proc/net/tcp', '/proc/net/tcp6'];

/** Ports that somebody listens on, at any address; none where the system does not tell. */
export function listeningPorts(): ReadonlySet<number> {
  return new Set(TABLES.flatMap((table) => portsIn(readTable(table))));
}

/** How old what was seen may be; whoever wants it newer looks again. */
const LATELY_MS = 250;

/** The same as seen lately: a look takes the system ten milliseconds, and hundreds of tasks want one at once. */
export function seenLately(look: () => ReadonlySet<number>, clock: Pick<Clock, 'now'>): () => ReadonlySet<number> {
  let seen: { readonly ports: ReadonlySet<number>; readonly at: number } | undefined;
  return () => {
    if (seen === undefined || clock.now() - seen.at > LATELY_MS) seen = { ports: look(), at: clock.now() };
    return seen.ports;
  };
}

/** Each line: number, local address and port, remote ones, state, all in hexadecimal. */
function portsIn(table: string): readonly number[] {
  const lines = table.split('\n').slice(1);
  const fields = lines.map((line) => line.trim().split(/\s+/));
  return fields.flatMap(([, local, , state]) =>
    state === LISTEN && local !== undefined ? [Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16)] : [],
  );
}

function readTable(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // not on this system, or without IPv6
  }
}

export function canBind(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(true)));
  });
}
