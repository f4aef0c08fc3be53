import type { ApplicationVersion } from 'ochopod-core/scheduler';

import { maskedJson, maskedText } from './mask-secrets.ts';

/** One fact that differs between two versions; `null` where there is none. Secrets are masked. */
export interface FieldChange {
  /** `image`, `instances`, `env.LEVEL`, `env.pod.memory`, `labels.owner`, `mem`, or as the scheduler calls it. */
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

/** What differs between two versions of an application, the image first. */
export function changesBetween(before: ApplicationVersion, after: ApplicationVersion): readonly FieldChange[] {
  const [old, now] = [factsOf(before), factsOf(after)];
  const fields = [...new Set([...now.keys(), ...old.keys()])];
  return fields.flatMap((field) => {
    const [from, to] = [old.get(field), now.get(field)];
    if (from?.raw === to?.raw) return [];
    return [{ field, from: from?.shown ?? null, to: to?.shown ?? null }];
  });
}

/** Whether they differ in more than their size. */
export function isOtherThan(one: ApplicationVersion, other: ApplicationVersion): boolean {
  return changesBetween(one, other).some(({ field }) => field !== 'instances');
}

interface Fact {
  readonly raw: string;
  readonly shown: string;
}

type Facts = Map<string, Fact>;

/** Names of the version itself, and what is said apart from the rest. */
const APART = new Set(['id', 'version', 'versionInfo', 'instances']);

function factsOf({ image, instances, definition }: ApplicationVersion): Facts {
  const facts: Facts = new Map();
  if (image !== undefined) facts.set('image', { raw: image, shown: maskedText('image', image) });
  facts.set('instances', { raw: String(instances), shown: String(instances) });
  for (const [name, value] of Object.entries(definition)) if (!APART.has(name)) collect(facts, name, value);
  for (const [field, { raw }] of facts) if (field !== 'image' && isImage(field, raw, image)) facts.delete(field);
  return facts;
}

/** Wherever the scheduler keeps it. */
function isImage(field: string, raw: string, image: string | undefined): boolean {
  return raw === image && field.endsWith('.image');
}

function collect(facts: Facts, field: string, value: unknown): void {
  const inner = isRecord(value) ? value : settingsIn(field, value);
  if (inner !== undefined) {
    for (const [name, each] of Object.entries(inner)) collect(facts, `${field}.${name}`, each);
  } else if (typeof value === 'string') {
    facts.set(field, { raw: value, shown: maskedText(field, value) });
  } else if (!isNothing(value)) {
    facts.set(field, { raw: JSON.stringify(value), shown: maskedJson(field, value) });
  }
}

/** Absent in one generation of a scheduler, and empty in another. */
function isNothing(value: unknown): boolean {
  return value === undefined || value === null || (Array.isArray(value) && value.length === 0);
}

/** The settings of a pod are a variable that holds JSON. */
function settingsIn(field: string, value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!field.startsWith('env.') || typeof value !== 'string' || !value.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
