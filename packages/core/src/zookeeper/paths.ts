import { OchoError } from '../errors.ts';

/**
 * Refuse what ZooKeeper refuses, before it is sent.
 *
 * @throws {OchoError} `INVALID_INPUT`
 */
export function checkPath(path: string): void {
  const problem = problemOf(path);
  if (problem !== undefined) {
    throw new OchoError(`${JSON.stringify(path)} is not a path in ZooKeeper: ${problem}`, { code: 'INVALID_INPUT' });
  }
}

export function isPath(text: string): boolean {
  return problemOf(text) === undefined;
}

/** The path one level up; the root is its own parent. */
export function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

export function childOf(parent: string, name: string): string {
  return parent === '/' ? `/${name}` : `${parent}/${name}`;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function problemOf(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it must begin with a slash';
  if (path === '/') return undefined;
  if (path.endsWith('/')) return 'it must not end with a slash';
  const names = path.slice(1).split('/');
  if (names.includes('')) return 'it has an empty name';
  if (names.includes('.') || names.includes('..')) return 'it must not be relative';
  // The ranges that the server refuses: control characters, surrogates, private use, specials.
  if (/[\p{Cc}\p{Cs}\uf000-\uf8ff\ufff0-\uffff]/u.test(path)) return 'it has a character that ZooKeeper does not take';
  return undefined;
}
