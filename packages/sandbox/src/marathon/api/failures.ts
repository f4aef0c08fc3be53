import type { FastifyError, FastifyReply } from 'fastify';
import { isOchoError, OchoError } from 'ochopod-core';

import { HTTP_STATUS } from './http-status.ts';

/** Names a detail that is told as status, not in the body. */
const STATUS = 'httpStatus';

/** A request that cannot be understood at all: 400, where a definition that is not valid is 422. */
export function badRequest(message: string, details?: string): OchoError {
  return new OchoError(message, { code: 'INVALID_INPUT', details: { [STATUS]: 400, ...(details && { details }) } });
}

export function notAllowed(message = 'HTTP 405 Method Not Allowed'): OchoError {
  return new OchoError(message, { code: 'INVALID_INPUT', details: { [STATUS]: 405 } });
}

export function unknownApp(id: string, version?: string): OchoError {
  const at = version === undefined ? '' : ` in version ${version}`;
  return new OchoError(`App '${id}' does not exist${at}`, { code: 'NOT_FOUND' });
}

/** Marathon's words; the placeholder is its own. */
const LOCKED =
  'App is locked by one or more deployments. Override with the option ' +
  "'?force=true'. View details at '/v2/deployments/<DEPLOYMENT_ID>'.";

/** Answer a failure as Marathon does: always `{message}`, and `details` where there are some. */
export function fail(error: Error, reply: FastifyReply): FastifyReply {
  if (isOchoError(error)) return refuse(error, reply);
  const { statusCode = 500, message } = error as Partial<FastifyError>;
  if (statusCode >= 400 && statusCode < 500) return reply.status(statusCode).send({ message });
  return reply.status(500).send({ message: 'unexpected failure' });
}

function refuse({ code, message, hint, details: { [STATUS]: status, ...details } }: OchoError, reply: FastifyReply) {
  const { deployments } = details;
  const isLocked = code === 'CONFLICT' && Array.isArray(deployments);
  const advice = hint === undefined ? '' : `. ${hint}`;
  return reply
    .status(typeof status === 'number' ? status : HTTP_STATUS[code])
    .send(
      isLocked
        ? { message: LOCKED, deployments: deployments.map((id) => (typeof id === 'string' ? { id } : id)) }
        : { message: message + advice, ...details },
    );
}
