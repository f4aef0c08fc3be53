import * as v from 'valibot';

import { OchoError } from '../errors.ts';
import { isAddress } from '../host-and-port.ts';
import { isDeeperThan } from './depth.ts';
import { own } from './own.ts';

/** Most bytes that one pod may register: a leader records all of its cluster's pods in one znode of a megabyte. */
export const MAX_REGISTRATION_BYTES = 64 * 1024;
/** Ours have two levels; what a newer peer adds may have a few more. */
const MAX_LEVELS = 8;
/** What is wrong with one is told to people, on one line. */
const MAX_FAULTS = 3;
const MAX_FAULT_LENGTH = 160;

const hostPort = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(65_535));

/**
 * What a pod writes about itself, as old agents write it too: a flat JSON object of strings, but for
 * `ports` (container port to host port) and `seq`. Unknown fields are kept: a newer peer may write more.
 */
const RegistrationSchema = v.pipe(
  v.looseObject({
    cluster: v.optional(v.string(), ''),
    namespace: v.optional(v.string(), ''),
    application: v.optional(v.string(), ''),
    task: v.optional(v.string(), ''),
    node: v.optional(v.string(), ''),
    ip: v.pipe(v.string(), v.check(isAddress, 'neither an IP address nor the name of a host')),
    public: v.optional(v.string(), ''),
    port: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
    ports: v.record(v.string(), hostPort),
    seq: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    /** `"true"` once the pod is shut down for good; it stays listed so that its log can be read. */
    dead: v.optional(v.string()),
    /** How that came about, in a word; pods of old agents do not say it. */
    died: v.optional(v.string()),
  }),
  v.check(
    ({ port, ports }) => own(ports, port) !== undefined,
    ({ input: { port } }) => `ports: does not map the control port ${port}`,
  ),
);

export type Registration = Readonly<v.InferOutput<typeof RegistrationSchema>>;

/**
 * Read a registration from its JSON text or from an object.
 *
 * @throws {OchoError} `TOO_LARGE` for a text of more than `MAX_REGISTRATION_BYTES`, which is not read at all;
 * `INVALID_INPUT` naming the fields that cannot be used
 */
export function parseRegistration(input: unknown): Registration {
  const value = typeof input === 'string' ? parseJson(input) : input;
  if (isDeeperThan(MAX_LEVELS, value)) {
    throw new OchoError(`not a registration: nested deeper than ${MAX_LEVELS} levels`, { code: 'INVALID_INPUT' });
  }
  const result = v.safeParse(RegistrationSchema, value);
  if (result.success) return result.output;
  const more = result.issues.length - MAX_FAULTS;
  const faults = result.issues.slice(0, MAX_FAULTS).map(describeFault).join('; ');
  const rest = more > 0 ? `; and ${more} more` : '';
  throw new OchoError(`not a registration: ${faults}${rest}`, { code: 'INVALID_INPUT' });
}

function describeFault(issue: v.BaseIssue<unknown>): string {
  const path = v.getDotPath(issue);
  const fault = path === null ? issue.message : `${path}: ${issue.message}`;
  return fault.length > MAX_FAULT_LENGTH ? `${fault.slice(0, MAX_FAULT_LENGTH)}…` : fault;
}

function parseJson(text: string): unknown {
  if (text.trim() === '') throw new OchoError('the registration is still empty', { code: 'INVALID_INPUT' });
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_REGISTRATION_BYTES) {
    throw new OchoError(`the registration has ${bytes} bytes, more than ${MAX_REGISTRATION_BYTES}`, {
      code: 'TOO_LARGE',
      details: { bytes, limit: MAX_REGISTRATION_BYTES },
    });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OchoError('the registration is not JSON', { code: 'INVALID_INPUT', cause });
  }
}
