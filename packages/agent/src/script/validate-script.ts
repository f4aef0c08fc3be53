import { OchoError } from 'ochopod-core';
import * as v from 'valibot';

import type { PodScript } from './pod-script.ts';
import { Script } from './script-schema.ts';

/**
 * Check that something is a pod script.
 *
 * @throws {OchoError} `INVALID_INPUT` naming everything that is wrong with it at once
 */
export function validateScript(candidate: unknown, file: string): PodScript {
  if (typeof candidate !== 'object' || candidate === null || Array.isArray(candidate)) {
    throw new OchoError(`${file} has no pod script as its default export: ${nameKind(candidate)}`, {
      code: 'INVALID_INPUT',
      hint: 'End it with: export default definePod({ configure: ... }).',
    });
  }
  const { issues } = v.safeParse(Script, candidate);
  // What was checked, not what the check made of it: callbacks may count on their `this`.
  if (issues === undefined) return candidate as PodScript;
  throw new OchoError(`${file} is no pod script: ${issues.map(describeIssue).join('; ')}`, { code: 'INVALID_INPUT' });
}

function nameKind(candidate: unknown): string {
  if (candidate === undefined) return 'it has none';
  if (candidate === null) return 'it is null';
  return Array.isArray(candidate) ? 'it is an array' : `it is a ${typeof candidate}`;
}

function describeIssue(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue) ?? '?';
  if (issue.type === 'strict_object' && issue.expected === 'never') return `${path} is not a setting`;
  if (issue.input === undefined) return `${path} is missing`;
  if (issue.type === 'regex') return `${path}: ${issue.message}`;
  return `${path} must be ${describeExpectation(issue)}, not ${issue.received}`;
}

function describeExpectation(issue: v.BaseIssue<unknown>): string {
  if (issue.expected === null) return 'a whole number';
  return /^[<>=]/.test(issue.expected) ? `a number ${issue.expected}` : issue.expected.toLowerCase();
}
