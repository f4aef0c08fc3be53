import type { App, AppDraft, VersionInfo } from '../app/app.ts';

/** What makes a new version: a change of the definition (a new one too), of the number of instances, a restart. */
type VersionCause = 'config' | 'scale' | 'restart';

/** A definition of this version, and since when it is what it is in which respect. */
export function versioned(draft: AppDraft, version: string, since: VersionSince): App {
  return { ...draft, version, versionInfo: versionInfo(version, since) };
}

interface VersionSince {
  readonly cause: VersionCause;
  readonly before: App | undefined;
}

function versionInfo(version: string, { cause, before }: VersionSince): VersionInfo {
  const since = before?.versionInfo;
  return {
    lastScalingAt: cause === 'restart' && since !== undefined ? since.lastScalingAt : version,
    lastConfigChangeAt: cause === 'scale' && since !== undefined ? since.lastConfigChangeAt : version,
  };
}
