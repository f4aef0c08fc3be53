import type { App, AppDraft } from '../../../src/marathon/app/app.ts';
import { parseApp, parseAppUpdate } from '../../../src/marathon/app/parse-app.ts';

const AT = '2026-01-01T00:00:00.000Z';

/** A definition among others, its ids as text. */
export function parsed(body: object, apps: readonly AppDraft[] = []): AppDraft {
  return parseApp({ id: '/web', cmd: 'sleep 60', ...body }, { apps });
}

/** A definition of a container: it needs no command. */
export function parsedImage(body: object): AppDraft {
  return parseApp({ id: '/web', ...body }, { apps: [] });
}

/** What an update makes of an application. */
export function updated(before: AppDraft, body: object): AppDraft {
  const update = parseAppUpdate(body, { apps: [kept(before)], id: before.id });
  if ('draft' in update) return update.draft;
  throw new Error('a rollback');
}

export function kept(draft: AppDraft): App {
  return { ...draft, version: AT, versionInfo: { lastScalingAt: AT, lastConfigChangeAt: AT } };
}
