import { MAX_PATTERN_LENGTH, OchoError } from 'ochopod-core';
import * as v from 'valibot';

import { FORWARDABLE_SIGNALS } from './host-signals.ts';
import type { PodScript } from './pod-script.ts';

const seconds = v.optional(v.pipe(v.number(), v.finite(), v.minValue(0)));
const interval = v.optional(v.pipe(v.number(), v.finite(), v.gtValue(0)));
const times = v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)));
const flag = v.optional(v.boolean());
const callback = v.optional(v.function());

const Model = v.strictObject({
  damper: seconds,
  dependsOn: v.optional(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_PATTERN_LENGTH)))),
  fullShutdown: flag,
  grace: interval,
  sequential: flag,
  probeEvery: interval,
  checks: times,
  onUnhealthy: v.optional(v.picklist(['restart', 'off'])),
  checkEvery: interval,
  configureAttempts: times,
});

const Process = v.strictObject({
  cwd: v.optional(v.pipe(v.string(), v.minLength(1))),
  grace: seconds,
  soft: flag,
  forward: v.optional(v.array(v.picklist(FORWARDABLE_SIGNALS))),
  pipeSubprocess: flag,
  shell: flag,
  strict: flag,
});

const Tool = v.strictObject({
  help: v.optional(v.string()),
  options: v.optional(
    v.record(
      v.string(),
      v.strictObject({
        type: v.picklist(['string', 'boolean']),
        short: v.optional(v.pipe(v.string(), v.length(1))),
        multiple: flag,
      }),
    ),
  ),
  takesLine: flag,
  maxPositionals: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  run: v.function(),
});

const Timeouts = v.strictObject({
  initialize: interval,
  canConfigure: interval,
  configure: interval,
  configured: interval,
  sanityCheck: interval,
  tearDown: interval,
  signaled: interval,
  finalize: interval,
  probe: interval,
});

const Script = v.strictObject({
  model: v.optional(Model),
  process: v.optional(Process),
  tools: v.optional(
    v.record(v.pipe(v.string(), v.regex(/^[^\s'"\\]+$/, 'a tool has a name without blanks and quotes')), Tool),
  ),
  timeouts: v.optional(Timeouts),
  initialize: callback,
  canConfigure: callback,
  configure: v.function(),
  configured: callback,
  sanityCheck: callback,
  tearDown: callback,
  signaled: callback,
  finalize: callback,
  probe: callback,
});

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
