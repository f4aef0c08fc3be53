import { isOchoError } from '../errors.ts';
import type { Registrations } from './pod.ts';
import { parseRegistration, type Registration } from './registration.ts';

/**
 * Read what a leader wrote about the pods that it configured last: a JSON object of registrations by key.
 *
 * Entries that are no registrations are left out, and so is everything when the text is no such object: a reader cannot
 * mend them, and the writer's next configuration will.
 */
export function parseSnapshot(text: string): Registrations {
  const entries = Object.entries(jsonObject(text)).map(([key, value]) => [key, registrationIn(value)] as const);
  return Object.fromEntries(entries.filter((entry): entry is [string, Registration] => entry[1] !== undefined));
}

function jsonObject(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    return {}; // not JSON: nothing in it can be used
  }
}

function registrationIn(value: unknown): Registration | undefined {
  try {
    return parseRegistration(value);
  } catch (error) {
    if (!isOchoError(error)) throw error;
    return undefined;
  }
}

/** What a leader configures a cluster with: its own pods, and those of each dependency by `depends_on` entry. */
export interface ClusterSnapshot {
  readonly pods: Registrations;
  readonly dependencies: Readonly<Record<string, Registrations>>;
}

/**
 * The same text for the same view, to be digested: free of the order of keys, and of fields that may differ without
 * meaning anything to those who are configured.
 */
export function canonicalText({ pods, dependencies }: ClusterSnapshot): string {
  return JSON.stringify([meaningful(pods), mapValues(dependencies, meaningful)], sortKeys);
}

const MEANINGLESS = new Set(['zk', 'debug', 'dead']);

function meaningful(registrations: Registrations): unknown {
  return mapValues(registrations, (fields) =>
    Object.fromEntries(Object.entries(fields).filter(([field]) => !MEANINGLESS.has(field))),
  );
}

function mapValues<In, Out>(from: Readonly<Record<string, In>>, change: (value: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(from).map(([key, value]) => [key, change(value)]));
}

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}
