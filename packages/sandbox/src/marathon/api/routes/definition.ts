import type { AppDraft } from '../../app/app.ts';
import type { AppUpdate } from '../../app/parse-app.ts';
import type { Engine } from '../../engine/engine.ts';
import { unknownApp } from '../failures.ts';
import { parseVersion } from '../version.ts';

/** The definition that an update brings: a new one, or the one of a version before. */
export function definitionOf(update: AppUpdate, engine: Engine): AppDraft {
  if ('draft' in update) return update.draft;
  const { id, version } = update;
  const app = engine.version(id, parseVersion(version));
  if (app === undefined) throw unknownApp(id, version);
  const { version: _version, versionInfo: _versionInfo, ...draft } = app;
  return draft;
}
