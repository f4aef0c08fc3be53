import {
  describeViews,
  MAX_REGISTRATION_BYTES,
  masked,
  OchoError,
  type Registration,
  type WantedViews,
} from 'ochopod-core';

import type { Binding, Placement, Surroundings } from './bindings/binding.ts';
import { ec2 } from './bindings/ec2.ts';
import { generic } from './bindings/generic.ts';
import { local } from './bindings/local.ts';
import { marathon } from './bindings/marathon.ts';
import type { AgentSettings, Environment } from './settings.ts';

/** The first that knows where it is wins. */
const BINDINGS: readonly Binding[] = [local, ec2, marathon, generic];

/** Find out where this pod runs; what the environment says outright counts more than what a binding finds. */
export async function findPlacement(settings: AgentSettings, world: Surroundings): Promise<Placement> {
  for (const binding of BINDINGS) {
    const found = await binding(settings, world);
    if (found === undefined) continue;
    if (settings.local) return found;
    const { ip, public: address, node } = settings.addresses;
    return { ...found, ip: ip ?? found.ip, public: address ?? found.public, node: node ?? found.node };
  }
  throw new Error('the last binding always knows');
}

export interface RegistrationParts {
  readonly settings: AgentSettings;
  readonly placement: Placement;
  /** ZooKeeper's hosts and ports; never its credentials. */
  readonly zk: string;
  readonly env: Environment;
  /** Which views the script has a use for. */
  readonly views: WantedViews;
}

/**
 * What the pod writes about itself in ZooKeeper, but for its `seq`. Secrets stay out.
 *
 * @throws {OchoError} `TOO_LARGE` when leaders would leave it out for its size
 */
export function describePod({ settings, placement, zk, env, views }: RegistrationParts): Registration {
  const { cluster, namespace, application, task, port } = settings;
  const registration = {
    ...extraFields(env),
    cluster,
    namespace,
    application,
    task,
    ...placement,
    port: String(port),
    zk,
    debug: String(settings.debug),
    local: String(settings.local),
    start: String(settings.start),
    views: describeViews(views),
  };
  refuseTooLarge(registration);
  return registration;
}

/** Its number is still to come, and may take a few bytes. */
const ROOM_FOR_SEQ = 32;

function refuseTooLarge(registration: Registration): void {
  const bytes = Buffer.byteLength(JSON.stringify(registration)) + ROOM_FOR_SEQ;
  if (bytes <= MAX_REGISTRATION_BYTES) return;
  const [largest = ''] = Object.keys(registration).toSorted((one, other) => lengthOf(other) - lengthOf(one));
  throw new OchoError(`the pod would register ${bytes} bytes, more than ${MAX_REGISTRATION_BYTES}`, {
    code: 'TOO_LARGE',
    hint: `Every variable ochopod_<name> is registered; the largest is ochopod_${largest}.`,
  });

  function lengthOf(field: string): number {
    return String(registration[field]).length;
  }
}

/**
 * Every variable `ochopod_<name>` is everybody's to read as `<name>`; peers' scripts rely on it. One that is a secret, or
 * holds one, is left out altogether: a peer would take what is masked for its value.
 */
function extraFields(env: Environment): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const [variable, value] of Object.entries(env)) {
    const name = /^ochopod_(\w+)$/.exec(variable)?.[1];
    // `seq` and `dead` are the coordination's to write.
    if (name === undefined || value === undefined || ['seq', 'dead'].includes(name)) continue;
    if (masked(value, name) === value) fields[name] = value;
  }
  return fields;
}

/** The registration of a pod that took a port which happened to be free. */
export function atPort(registration: Registration, port: number): Registration {
  if (registration.port === String(port)) return registration;
  const { [registration.port]: _none, ...ports } = registration.ports;
  return { ...registration, port: String(port), ports: { ...ports, [port]: port } };
}
