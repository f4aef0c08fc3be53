export interface ApplicationName {
  readonly namespace: string;
  /** With its suffix. */
  readonly cluster: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/**
 * The id that a new application gets: `ochopod.<namespace>.<cluster>-<YYYY-MM-DD-HH-MM-SS>`, in UTC.
 *
 * Schedulers take lower case, digits and dashes only, and no dash at either end of what stands between dots: capitals
 * become small, underscores dashes. The cluster itself keeps its name, in the environment of the pods.
 */
export function applicationId({ namespace, cluster, now }: ApplicationName): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a time, and asks for none
  const stamp = new Date(now).toISOString().slice(0, '2026-01-31T23:59:59'.length).replaceAll(/[T:]/g, '-');
  const parts = `ochopod.${namespace}.${cluster}-${stamp}`.toLowerCase().replaceAll('_', '-').split('.');
  return parts
    .map((part) => part.replaceAll(/^-+|-+$/g, ''))
    .filter((part) => part !== '')
    .join('.');
}
