import { type ErrorCode, OchoError } from 'ochopod-core';

import type { Answer } from './marathon-http.ts';

/** What Marathon says when it does not do what it was asked to. */
interface Refusal {
  readonly message?: unknown;
  readonly details?: unknown;
  readonly deployments?: unknown;
}

const CODES: Readonly<Record<number, ErrorCode>> = { 401: 'DENIED', 403: 'DENIED', 404: 'NOT_FOUND', 409: 'CONFLICT' };

/** @returns the answer's body @throws {OchoError} saying what Marathon said, when it is a refusal */
export function accepted({ status, body }: Answer, what: string): unknown {
  if (status < 300) return body;
  const code = CODES[status] ?? 'INVALID_INPUT';
  throw new OchoError(`Marathon refuses ${what}: ${sayings(body, status)}`, {
    code,
    ...(code === 'DENIED' && { hint: 'Check the credentials for Marathon.' }),
    details: { status, ...(code === 'CONFLICT' && { changes: blockers(body) }) },
  });
}

/** The deployments that have locked an application. */
export function blockers(body: unknown): readonly string[] {
  const { deployments } = asRefusal(body);
  if (!Array.isArray(deployments)) return [];
  return deployments
    .map((each: unknown) => (each as { id?: unknown } | null)?.id)
    .filter((id) => typeof id === 'string');
}

function sayings(body: unknown, status: number): string {
  const { message, details } = asRefusal(body);
  const main = typeof message === 'string' ? message : `HTTP ${status}`;
  const all = Array.isArray(details) ? details.map(detail).filter(Boolean).join('; ') : '';
  return all === '' ? main : `${main}: ${all}`;
}

function detail(each: unknown): string {
  const { path, errors } = (each ?? {}) as { path?: unknown; errors?: unknown };
  return `${String(path)} ${Array.isArray(errors) ? errors.join(', ') : String(errors)}`;
}

function asRefusal(body: unknown): Refusal {
  return typeof body === 'object' && body !== null ? body : {};
}
