import { isDeepStrictEqual } from 'node:util';

import type { App, AppDraft } from './app.ts';

/** What becomes of an application: `scale` leaves its tasks as they are, `replace` launches every one of them anew. */
export type Change = 'create' | 'none' | 'scale' | 'replace';

/**
 * What a definition changes of the one before. Whatever a task is launched with counts, and so does what decides over
 * its life; the number of instances does not.
 */
export function changeBetween(before: App | undefined, after: AppDraft): Change {
  if (before === undefined) return 'create';
  if (!isDeepStrictEqual(taskOf(before), taskOf(after))) return 'replace';
  return before.instances === after.instances ? 'none' : 'scale';
}

/** A definition without what no task notices. A field that is not set and one that is `undefined` are the same. */
function taskOf(app: App | AppDraft): Readonly<Record<string, unknown>> {
  const { version: _version, versionInfo: _versionInfo, instances: _instances, ...task } = app as App;
  return JSON.parse(JSON.stringify(task));
}
