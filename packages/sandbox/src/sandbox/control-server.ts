import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { isOchoError, messageOf, OchoError, systemClock } from 'ochopod-core';
import { BodyIntake, HTTP_OPTIONS, watchConnections } from 'ochopod-core/http-server';

import { applyFault, type FaultReport, parseFaultOrder } from './fault-order.ts';
import type { Sandbox } from './sandbox.ts';
import { type SandboxStatus, statusOf } from './sandbox-status.ts';

/** What the socket shows, once there is something to show. */
type Shown = Pick<Sandbox, 'state' | 'scheduler' | 'zookeeper'>;

/**
 * The socket by which other processes of the same user look at a sandbox and break it on purpose. Answers in JSON:
 * `GET /status`, `POST /faults` with an order; `GET /end` is never answered and ends with the sandbox, so that whoever
 * waits for that hears of it. Failures are `{ code, message, hint }`.
 */
export interface ControlServer {
  show(shown: Shown): void;
  /** Ends what waits for the end, too. */
  close(): Promise<void>;
}

/** Orders are small. */
const LONGEST_BODY = 10_000;
const INTAKE = new BodyIntake(100 * LONGEST_BODY);

/** All are of the same user; who waits for the end holds one until then. */
const CONNECTIONS = { connections: 256, connectionsPerAddress: 256 };

/** @param path of the socket; one that a dead process left there must be gone */
export async function startControlServer(path: string): Promise<ControlServer> {
  let shown: Shown | undefined;
  const server = createServer(HTTP_OPTIONS, (request, response) => {
    if (request.url === '/end') return response.writeHead(200).flushHeaders();
    answer(request, shown).then(
      (value) => reply(response, 200, value),
      (error: unknown) => reply(response, 400, failure(error)),
    );
  });
  watchConnections(server, { clock: systemClock, ...CONNECTIONS });
  await listening(server, path);
  return {
    show: (next) => {
      shown = next;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listening(server: Server, path: string): Promise<void> {
  server.listen(path);
  await once(server, 'listening');
}

async function answer(request: IncomingMessage, shown: Shown | undefined): Promise<SandboxStatus | FaultReport> {
  if (shown === undefined) throw new OchoError('the sandbox is still starting', { code: 'UNREACHABLE' });
  const called = `${request.method} ${request.url}`;
  if (called === 'GET /status') return statusOf(shown);
  if (called === 'POST /faults') return applyFault(shown.zookeeper, parseFaultOrder(await bodyOf(request)));
  throw new OchoError(`the sandbox does not know ${called}`, { code: 'NOT_FOUND' });
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const text = (await INTAKE.receive(request, LONGEST_BODY)).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OchoError(`that is no JSON: ${messageOf(cause)}`, { code: 'INVALID_INPUT', cause });
  }
}

function failure(error: unknown): object {
  if (!isOchoError(error)) return { code: 'POD_FAILED', message: `a bug in the sandbox: ${messageOf(error)}` };
  const { code, message, hint } = error;
  return { code, message, hint };
}

function reply(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}
