/** @param wallMs milliseconds since 1970 */
export function isoTime(wallMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a time, and asks for none
  return new Date(wallMs).toISOString();
}
