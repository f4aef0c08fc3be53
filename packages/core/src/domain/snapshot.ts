import { own } from './own.ts';
import { isPodKey, type Registrations } from './pod.ts';
import { parseRegistration, type Registration } from './registration.ts';

/**
 * Read what a leader wrote about the pods that it configured last: a JSON object of registrations by key.
 *
 * Entries that are no registrations of a pod are left out, and so is everything when the text is no such object: a reader cannot
 * mend them, and the writer's next configuration will.
 */
export function parseSnapshot(text: string): Registrations {
  const named = Object.entries(jsonObject(text)).filter(([key]) => isPodKey(key));
  const entries = named.map(([key, value]) => [key, registrationIn(value)] as const);
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
  } catch {
    return undefined; // whatever is wrong with it: the others stand
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
  return `[${inOrder(pods, canonicalRegistration)},${inOrder(dependencies, (found) => inOrder(found, canonicalRegistration))}]`;
}

/** Whether two say the same about the same pods. */
export function samePods(left: Registrations, right: Registrations): boolean {
  const keys = Object.keys(left);
  return (
    keys.length === Object.keys(right).length &&
    keys.every((key) => {
      const [ours, theirs] = [left[key], own(right, key)];
      if (ours === undefined || theirs === undefined) return false;
      return ours === theirs || canonicalRegistration(ours) === canonicalRegistration(theirs);
    })
  );
}

const MEANINGLESS = new Set(['zk', 'debug', 'dead', 'died']);

/** A leader digests its whole cluster at every change in it, and most of it has not changed. */
const canonical = new WeakMap<Registration, string>();

function canonicalRegistration(registration: Registration): string {
  const known = canonical.get(registration);
  if (known !== undefined) return known;
  const meaningful = Object.entries(registration).filter(([field]) => !MEANINGLESS.has(field));
  const text = JSON.stringify(Object.fromEntries(meaningful), sortKeys);
  canonical.set(registration, text);
  return text;
}

function inOrder<T>(record: Readonly<Record<string, T>>, textOf: (value: T) => string): string {
  const entries = Object.entries(record).sort(byName);
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(',')}}`;
}

const byName = ([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number =>
  left < right ? -1 : 1;

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(byName));
}
