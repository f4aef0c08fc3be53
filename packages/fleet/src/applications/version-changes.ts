import { jsonText, masked } from 'ochopod-core';

import { type ApplicationVersion, isOwnLabel } from '../scheduler/index.ts';

/** One fact that differs between two versions; `null` where there is none. Secrets are masked. */
export interface FieldChange {
  /** `image`, `instances`, `env.LEVEL`, `env.pod.memory`, `labels.owner`, `mem`, or as the scheduler calls it. */
  readonly field: string;
  readonly from: string | null;
  readonly to: string | null;
}

export interface ComparedVersions {
  readonly before: ApplicationVersion;
  readonly after: ApplicationVersion;
  /** Tell what is masked otherwise. */
  readonly showSecrets: boolean;
}

/** What differs between two versions of an application, the image first. */
export function changesBetween({ before, after, showSecrets }: ComparedVersions): readonly FieldChange[] {
  const shown = showSecrets ? (value: unknown) => value : masked;
  const [old, now] = [factsOf(before, shown), factsOf(after, shown)];
  const fields = [...new Set([...now.keys(), ...old.keys()])];
  return fields.flatMap((field) => {
    const [from, to] = [old.get(field), now.get(field)];
    if (from?.raw === to?.raw) return [];
    return [{ field, from: from?.shown ?? null, to: to?.shown ?? null }];
  });
}

/** Whether they differ in more than their size. */
export function isOtherThan(one: ApplicationVersion, other: ApplicationVersion): boolean {
  return changesBetween({ before: one, after: other, showSecrets: false }).some(({ field }) => field !== 'instances');
}

interface Fact {
  readonly raw: string;
  readonly shown: string;
}

type Facts = Map<string, Fact>;

/** Names of the version itself, and what is said apart from the rest. */
const APART = new Set(['id', 'version', 'versionInfo', 'instances']);

type Shown = (value: unknown, field: string) => unknown;

function factsOf({ image, instances, definition }: ApplicationVersion, shown: Shown): Facts {
  const facts: Facts = new Map();
  if (image !== undefined) facts.set('image', { raw: image, shown: textOf(shown(image, 'image')) });
  facts.set('instances', { raw: String(instances), shown: String(instances) });
  for (const [name, value] of Object.entries(definition))
    if (!APART.has(name)) collect(facts, { field: name, value, shown });
  for (const [field, { raw }] of facts) if (field !== 'image' && isImage(field, raw, image)) facts.delete(field);
  return facts;
}

/** Wherever the scheduler keeps it. */
function isImage(field: string, raw: string, image: string | undefined): boolean {
  return raw === image && field.endsWith('.image');
}

interface Collected {
  readonly field: string;
  readonly value: unknown;
  readonly shown: Shown;
}

function collect(facts: Facts, { field, value, shown }: Collected): void {
  const inner = isRecord(value) ? value : settingsIn(field, value);
  if (inner !== undefined) {
    for (const [name, each] of Object.entries(inner)) {
      if (field !== 'labels' || !isOwnLabel(name)) collect(facts, { field: `${field}.${name}`, value: each, shown });
    }
  } else if (typeof value === 'string') {
    facts.set(field, { raw: value, shown: textOf(shown(value, field)) });
  } else if (!isNothing(value)) {
    facts.set(field, { raw: JSON.stringify(value), shown: textOf(shown(value, field)) });
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : jsonText(value);
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
