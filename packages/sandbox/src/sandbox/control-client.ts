import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';

import { type Clock, ERROR_CODES, messageOf, OchoError, withDeadline } from 'ochopod-core';
import * as v from 'valibot';

import type { FaultOrder, FaultReport } from './fault-order.ts';
import type { SandboxStatus } from './sandbox-status.ts';

/** How a running sandbox is asked. */
export interface Asking {
  /** Its control socket. */
  readonly socket: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** @throws {OchoError} `UNREACHABLE` when nobody answers there, `TIMEOUT` */
export function askStatus(asking: Asking): Promise<SandboxStatus> {
  return ask(asking, { path: '/status', method: 'GET' }) as Promise<SandboxStatus>;
}

/** @throws {OchoError} as `applyFault` does; `UNREACHABLE`, `TIMEOUT` */
export function orderFault(asking: Asking, order: FaultOrder): Promise<FaultReport> {
  return ask(asking, { path: '/faults', method: 'POST', body: order }) as Promise<FaultReport>;
}

/** Resolve once the sandbox has ended, at once when nobody answers there; reject with the signal's reason. */
export async function untilEnded({ socket, signal }: Omit<Asking, 'clock'>): Promise<void> {
  try {
    const response = await called({ socketPath: socket, path: '/end', signal });
    response.resume();
    await once(response, 'close', { signal });
  } catch {
    signal.throwIfAborted();
  }
}

interface Call {
  readonly path: string;
  readonly method: string;
  readonly body?: object;
}

/** The socket is answered by the process itself, at once or not at all. */
const WITHIN_MS = 10_000;

const FAILURE = v.object({ code: v.picklist(ERROR_CODES), message: v.string(), hint: v.optional(v.string()) });

function ask({ socket, clock, signal: parent }: Asking, { path, method, body }: Call): Promise<unknown> {
  const limits = { clock, ms: WITHIN_MS, what: 'asking the sandbox', parent };
  return withDeadline(limits, async (signal) => {
    const response = await called({ socketPath: socket, path, method, signal }, body).catch((cause) => {
      signal.throwIfAborted();
      throw new OchoError(`the sandbox does not answer: ${messageOf(cause)}`, { code: 'UNREACHABLE', cause });
    });
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    const json: unknown = JSON.parse(text);
    if (response.statusCode === 200) return json;
    const { message, code, hint } = v.parse(FAILURE, json);
    throw new OchoError(message, { code, ...(hint !== undefined && { hint }) });
  });
}

function called(options: Parameters<typeof request>[1] & object, body?: object): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request({ ...options, agent: false }, resolve);
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
