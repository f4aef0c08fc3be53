// Control characters, surrogates and private ones, and the specials at the end of the plane.
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
const REFUSED = /[\u0000-\u001f\u007f-\u009f\ud800-\uf8ff\ufff0-\uffff]/;
const EMPTY_OR_RELATIVE = /\/\/|\/\.\.?(?:\/|$)/;

/** Whether the real server would take a znode of this path. */
export function isValidPath(path: string): boolean {
  if (path === '/') return true;
  return path.startsWith('/') && !path.endsWith('/') && !EMPTY_OR_RELATIVE.test(path) && !REFUSED.test(path);
}

/** `/a` of `/a/b`, the empty string for children of the root; nothing for what is no path at all. */
export function parentOf(path: string): string | undefined {
  const slash = path.lastIndexOf('/');
  return slash === -1 || path.includes('\0') ? undefined : path.slice(0, slash);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Znodes that are always there. */
export const ROOMS = ['/zookeeper', '/zookeeper/config', '/zookeeper/quota'] as const;

export function isPermanent(path: string): boolean {
  return path === '/' || ROOMS.some((room) => room === path);
}
