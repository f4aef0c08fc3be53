/**
 * A point in time as people and programs of every zone read it: `2026-11-28T00:41:07.310Z`.
 *
 * @param wallMs milliseconds since 1970
 */
export function isoTime(wallMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a time, and asks for none
  return new Date(wallMs).toISOString();
}
