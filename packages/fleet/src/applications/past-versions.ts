import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { parseBoundedJson } from 'ochopod-core';
import * as v from 'valibot';

import type { Application, ApplicationVersion, SchedulerReader } from '../scheduler/index.ts';
import { isOtherThan } from './version-changes.ts';

/** A version, and the application that had it: one that another one has taken the place of, unless it is its own. */
export interface KnownVersion extends ApplicationVersion {
  /** By id. */
  readonly application: string;
}

/**
 * A scheduler forgets the versions of an application together with it. Whatever takes the place of one keeps what it was in
 * this label: JSON, newest first, deflated, as base64.
 */
const PAST_VERSIONS = 'ochopod_history';

/** How many are kept of those that differ in more than their size. */
const MOST = 5;
/** A label is part of every answer about the application. */
const MOST_CHARACTERS = 16_384;
/** What somebody else has put there must not fill the memory. */
const MOST_BYTES = 1024 * 1024;

const Text = v.record(v.string(), v.string());
const Kept = v.array(
  v.object({
    application: v.string(),
    version: v.string(),
    image: v.optional(v.string()),
    instances: v.number(),
    env: Text,
    labels: Text,
    definition: v.record(v.string(), v.unknown()),
  }),
);

/** All versions of an application that are known, newest first: its own, and those of whom it has taken the place. */
export async function knownVersions(
  scheduler: SchedulerReader,
  { id, labels }: Pick<Application, 'id' | 'labels'>,
  signal: AbortSignal,
): Promise<readonly KnownVersion[]> {
  const own = await scheduler.versions(id, signal);
  return [...own.map((each) => ({ ...each, application: id })), ...pastVersions(labels)];
}

/** What whoever takes the place of an application keeps of it: a label, or nothing when it is too long. */
export function keptVersions(versions: readonly KnownVersion[], present: string): Readonly<Record<string, string>> {
  const at = versions.findIndex(({ version }) => version === present);
  const differing: KnownVersion[] = [];
  for (const each of versions.slice(Math.max(0, at))) {
    const last = differing.at(-1);
    if (last === undefined || isOtherThan(each, last)) differing.push(each);
  }
  for (let count = Math.min(MOST, differing.length); count > 0; count -= 1) {
    const text = packed(differing.slice(0, count));
    if (text.length <= MOST_CHARACTERS) return { [PAST_VERSIONS]: text };
  }
  return {};
}

function packed(versions: readonly KnownVersion[]): string {
  const plain = versions.map(({ labels, definition, ...each }) => {
    const { labels: all, ...rest } = definition;
    const kept = without(all ?? {});
    return { ...each, labels: without(labels), definition: { ...rest, labels: kept } };
  });
  return deflateRawSync(JSON.stringify(plain)).toString('base64');
}

/** Else each would hold all that were before it. */
function without<T extends object>(labels: T): T {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => name !== PAST_VERSIONS)) as T;
}

/** What is to be kept of its labels whatever else becomes of an application. */
export function keptLabels({ labels }: Pick<Application, 'labels'>): Readonly<Record<string, string>> {
  const { [PAST_VERSIONS]: past } = labels;
  return past === undefined ? {} : { [PAST_VERSIONS]: past };
}

/** Those that an application keeps in its label; none where that says nothing that can be used. */
function pastVersions({ [PAST_VERSIONS]: text }: Readonly<Record<string, string>>): readonly KnownVersion[] {
  if (text === undefined) return [];
  try {
    const unpacked = inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
    const kept = v.safeParse(Kept, parseBoundedJson(unpacked));
    return kept.success ? kept.output.map((each) => ({ ...each, image: each.image })) : [];
  } catch {
    return []; // somebody else's
  }
}
