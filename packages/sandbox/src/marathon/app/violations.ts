import { OchoError } from 'ochopod-core';

/** What is wrong with one place of a body: `/healthChecks(0)/path`, or `/` for the whole. */
export interface Violation {
  readonly path: string;
  readonly error: string;
}

/** Types are wrong: Marathon's `Invalid JSON`, with its codes. */
export function invalidJson(violations: readonly Violation[]): OchoError {
  return refusal('Invalid JSON', violations);
}

/** Types are right and values are not: Marathon's `Object is not valid`. */
export function invalidObject(violations: readonly Violation[]): OchoError {
  return refusal('Object is not valid', violations);
}

function refusal(message: string, violations: readonly Violation[]): OchoError {
  const byPath = new Map<string, string[]>();
  for (const { path, error } of violations) {
    const errors = byPath.get(path) ?? [];
    byPath.set(path, errors.includes(error) ? errors : [...errors, error]);
  }
  const details = [...byPath].map(([path, errors]) => ({ path, errors }));
  return new OchoError(message, { code: 'INVALID_INPUT', details: { details } });
}
