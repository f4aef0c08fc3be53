import { MAX_PATTERN_LENGTH } from 'ochopod-core';
import * as v from 'valibot';

import { FORWARDABLE_SIGNALS } from '../host-signals.ts';
import type { CallbackName, ModelSettings, PodScript, ProcessSettings } from './pod-script.ts';

const seconds = v.pipe(v.number(), v.finite(), v.minValue(0));
const interval = v.pipe(v.number(), v.finite(), v.gtValue(0));
const times = v.pipe(v.number(), v.integer(), v.minValue(1));
const flag = v.optional(v.boolean(), false);
const timeout = v.optional(interval);
const callback = v.optional(v.function());

/** How a cluster behaves, and what it does unless told. */
export const Model = v.strictObject({
  damper: v.optional(seconds, 0),
  dependsOn: v.optional(v.array(v.pipe(v.string(), v.minLength(1), v.maxLength(MAX_PATTERN_LENGTH))), []),
  fullShutdown: flag,
  grace: v.optional(interval, 60),
  sequential: flag,
  probeEvery: v.optional(interval, 60),
  checks: v.optional(times, 3),
  onUnhealthy: v.optional(v.picklist(['restart', 'off']), 'restart'),
  checkEvery: v.optional(interval, 60),
  configureAttempts: v.optional(times, 3),
});

/** How the process is run, and how unless told. */
export const Process = v.strictObject({
  cwd: v.optional(v.pipe(v.string(), v.minLength(1))),
  grace: v.optional(seconds, 60),
  soft: flag,
  forward: v.optional(v.array(v.picklist(FORWARDABLE_SIGNALS)), []),
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
        multiple: v.optional(v.boolean()),
      }),
    ),
  ),
  takesLine: v.optional(v.boolean()),
  maxPositionals: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
  run: v.function(),
});

const Timeouts = v.strictObject({
  initialize: timeout,
  canConfigure: timeout,
  configure: timeout,
  configured: timeout,
  sanityCheck: timeout,
  tearDown: timeout,
  signaled: timeout,
  finalize: timeout,
  probe: timeout,
});

export const Script = v.strictObject({
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

/** A type without what only one of both can say: what may be written to, and what a function takes. */
type Plain<T> = T extends (...args: never[]) => unknown
  ? 'a function'
  : T extends readonly (infer Element)[]
    ? readonly Plain<Element>[]
    : T extends object
      ? { readonly [Key in keyof T]: Plain<Exclude<T[Key], undefined>> }
      : T;

type Same<A, B> =
  (<T>() => T extends Plain<A> ? 1 : 2) extends <T>() => T extends Plain<B> ? 1 : 2 ? true : 'these two differ';

type Callbacks = { [Key in keyof PodScript]-?: Plain<Required<PodScript>[Key]> extends 'a function' ? Key : never };

// What authors are promised by the type is what is checked here: these lines do not compile when one of both is changed.
true satisfies Same<ModelSettings, v.InferInput<typeof Model>>;
true satisfies Same<ProcessSettings, v.InferInput<typeof Process>>;
true satisfies Same<PodScript, v.InferInput<typeof Script>>;
true satisfies Same<CallbackName, Callbacks[keyof PodScript]>;
