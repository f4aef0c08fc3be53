import { OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';
import type { KnownVersion } from '../applications/past-versions.ts';
import { isOtherThan } from '../applications/version-changes.ts';
import type { Application } from '../scheduler/index.ts';

/**
 * Which version an application goes back to: the one that is named, else the newest of those before that says something
 * else. One that differs in its size only is passed over: whoever goes back means what runs, not how much of it.
 *
 * @param versions newest first
 * @returns `undefined` when it is that version already
 * @throws {OchoError} `NOT_FOUND` when there is no such version
 */
export function versionToGoBackTo(
  { id, version: current }: Application,
  versions: readonly KnownVersion[],
  named: string | undefined,
): KnownVersion | undefined {
  if (named === current) return undefined;
  const at = versions.findIndex(({ version }) => version === current);
  const now = versions[at];
  const found =
    named === undefined
      ? versions.slice(at + 1).find((each) => now !== undefined && isOtherThan(each, now))
      : versions.find(({ version }) => version === named);
  if (found !== undefined) return found;
  throw named === undefined ? nothingBefore(id) : noSuchVersion(id, named);
}

function nothingBefore(id: string): OchoError {
  return new OchoError(`${id} has nothing to go back to: no version before says anything else`, {
    code: 'NOT_FOUND',
    advice: advised({ to: 'see history' }),
  });
}

function noSuchVersion(id: string, named: string): OchoError {
  return new OchoError(`${id} has no version ${named}`, {
    code: 'NOT_FOUND',
    advice: advised({ to: 'see history' }),
  });
}
