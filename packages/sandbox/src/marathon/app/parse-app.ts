import type { App, AppDraft } from './app.ts';
import { violationsOfBody } from './body-rules.ts';
import { type CanonicalBody, canonical } from './canonical.ts';
import { complete } from './complete.ts';
import { violationsOfDraft } from './draft-rules.ts';
import { absoluteId } from './ids.ts';
import { type ReadBody, readAppBody } from './read-body.ts';
import { withServicePorts } from './service-ports.ts';
import { invalidJson, invalidObject, type Violation } from './violations.ts';

/** What a new definition is seen against. */
export interface Surroundings {
  /** Every application that there is, and those that the same request makes. */
  readonly apps: readonly (App | AppDraft)[];
  /** What the address of the request says; it wins over the body. */
  readonly id?: string;
}

/**
 * Make a definition of a body, in Marathon's words since 1.5 or of those before.
 *
 * @throws {OchoError} `INVALID_INPUT` with everything that is wrong: `details.details` has `{path, errors}` for each place
 */
export function parseApp(json: unknown, surroundings: Surroundings): AppDraft {
  const read = readAppBody(json);
  return finish(read, canonical(read.body), surroundings);
}

/** What an update says: some fields, or the version to go back to. */
export type AppUpdate = { readonly draft: AppDraft } | { readonly id: string; readonly version: string };

/**
 * Make a definition of some fields and of what there was before: each field that is named is replaced as a whole.
 *
 * @throws {OchoError} as `parseApp` does
 */
export function parseAppUpdate(json: unknown, surroundings: Surroundings): AppUpdate {
  const read = readAppBody(json);
  const id = idOf(read.body.id, surroundings.id);
  if (read.body.version !== undefined) return rollback(read, id);
  const before = surroundings.apps.find((app) => app.id === id);
  const patch = canonical(read.body);
  const merged = before === undefined ? patch : merge(canonical(readAppBody(before).body), patch);
  return { draft: finish(read, merged, surroundings) };
}

function rollback({ body, violations }: ReadBody, id: string): AppUpdate {
  const { version = '', id: _id, ...others } = body;
  const isAlone = Object.keys(others).length === 0;
  const error = "The 'version' field may only be combined with the 'id' field.";
  if (!isAlone) throw invalidObject([{ path: '/', error }, ...violations]);
  return { id, version };
}

/** The ports of one kind of network are none of another's. */
function merge(before: CanonicalBody, patch: CanonicalBody): CanonicalBody {
  const { portDefinitions, version: _version, ...rest } = before;
  const isMoved = patch.networks !== undefined && isHost(patch) !== isHost(before);
  return { ...rest, ...(portDefinitions && !isMoved && { portDefinitions }), ...patch };
}

function isHost({ networks = [] }: CanonicalBody): boolean {
  return networks.every(({ mode }) => mode === 'host');
}

function finish({ body, violations }: ReadBody, whole: CanonicalBody, surroundings: Surroundings): AppDraft {
  const draft = complete(whole, idOf(body.id, surroundings.id));
  const others = surroundings.apps.filter(({ id }) => id !== draft.id);
  const wrong = [...violations, ...violationsOfBody(body), ...violationsOfDraft(draft), ...ofPlace(draft, others)];
  if (wrong.length > 0) throw invalidObject(wrong);
  return withServicePorts(draft, { before: surroundings.apps.find(({ id }) => id === draft.id), others });
}

/** An application cannot be where the group of others is. */
function ofPlace({ id }: AppDraft, others: readonly AppDraft[]): readonly Violation[] {
  const isTaken = others.some((other) => other.id.startsWith(`${id}/`) || id.startsWith(`${other.id}/`));
  return isTaken ? [{ path: '/id', error: 'Groups and Applications may not have the same identifier.' }] : [];
}

function idOf(said: string | undefined, addressed: string | undefined): string {
  const id = addressed ?? said;
  if (id === undefined) throw invalidJson([{ path: '/id', error: 'error.path.missing' }]);
  return absoluteId(id);
}
