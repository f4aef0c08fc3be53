import * as v from 'valibot';

import { OchoError } from '../errors.ts';

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
    ip: v.pipe(v.string(), v.minLength(1)),
    public: v.optional(v.string(), ''),
    port: v.pipe(v.union([v.string(), v.number()]), v.transform(String)),
    ports: v.record(v.string(), hostPort),
    seq: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
    /** `"true"` once the pod is shut down for good; it stays listed so that its log can be read. */
    dead: v.optional(v.string()),
  }),
  v.check(
    ({ port, ports }) => ports[port] !== undefined,
    ({ input: { port } }) => `ports: does not map the control port ${port}`,
  ),
);

export type Registration = Readonly<v.InferOutput<typeof RegistrationSchema>>;

/**
 * Read a registration from its JSON text or from an object.
 *
 * @throws {OchoError} `INVALID_INPUT` naming every field that cannot be used
 */
export function parseRegistration(input: unknown): Registration {
  const result = v.safeParse(RegistrationSchema, typeof input === 'string' ? parseJson(input) : input);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => {
    const path = v.getDotPath(issue);
    return path === null ? issue.message : `${path}: ${issue.message}`;
  });
  throw new OchoError(`not a registration: ${faults.join('; ')}`, { code: 'INVALID_INPUT' });
}

function parseJson(text: string): unknown {
  if (text.trim() === '') throw new OchoError('the registration is still empty', { code: 'INVALID_INPUT' });
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new OchoError('the registration is not JSON', { code: 'INVALID_INPUT', cause });
  }
}
