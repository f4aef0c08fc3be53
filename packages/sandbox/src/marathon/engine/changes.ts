import type { App, AppDraft } from '../app/app.ts';
import { changeBetween } from '../app/change.ts';
import type { AppStore } from './app-store.ts';
import type { AppChange } from './plan.ts';
import { versioned } from './version-info.ts';

/** What these drafts change; nothing where an application is like that already. Of two for the same one the last counts. */
export function changesOf(drafts: readonly AppDraft[], store: AppStore, version: string): readonly AppChange[] {
  const wanted = new Map(drafts.map((draft) => [draft.id, draft]));
  return [...wanted.values()].flatMap((draft) => {
    const before = store.get(draft.id);
    const change = changeBetween(before, draft);
    if (change === 'none') return [];
    const after = versioned(draft, version, { cause: change === 'scale' ? 'scale' : 'config', before });
    return [{ id: draft.id, before, after }];
  });
}

/** What undoes these changes, as far as they still stand. */
export function reverted(changes: readonly AppChange[], store: AppStore, version: string): readonly AppChange[] {
  const kept = changes.flatMap(({ before }) => before ?? []);
  const created = changes.flatMap(({ id, before }) => {
    const current = store.get(id);
    return before === undefined && current !== undefined ? [{ id, before: current, after: undefined }] : [];
  });
  return [...created, ...changesOf(kept, store, version)];
}

/** Every application as these changes leave them. */
export function appsAfter(changes: readonly AppChange[], store: AppStore): readonly App[] {
  const changed = new Map(changes.map(({ id, after }) => [id, after]));
  const others = store.apps().filter(({ id }) => !changed.has(id));
  return [...others, ...[...changed.values()].flatMap((app) => app ?? [])];
}
