import { absoluteId } from '../app/ids.ts';

/** What a path below `/v2/apps/` names. */
export interface AppPath {
  /** Absolute. */
  readonly id: string;
  readonly part: 'app' | 'restart' | 'tasks' | 'versions';
  /** The task or version. */
  readonly item?: string;
}

const PARTS = /^(.+?)\/(restart|tasks|versions)(?:\/+([^/]+))?\/*$/;

/** @param tail what follows `/v2/apps/`, decoded: slashes may be doubled, at the start and the end too */
export function parseAppPath(tail: string): AppPath {
  const [, id, part, item] = PARTS.exec(tail) ?? [];
  if (id === undefined || (part === 'restart' && item !== undefined)) return { id: absoluteId(tail), part: 'app' };
  return { id: absoluteId(id), part: part as AppPath['part'], ...(item !== undefined && { item }) };
}

/** The group whose applications are asked for: `/a` for `a/*`; nothing when it is not a group. */
export function groupOf(tail: string): string | undefined {
  const [, group] = /^((?:.+\/)|\/*)\*$/.exec(tail) ?? [];
  return group === undefined ? undefined : absoluteId(group);
}

/** Whether an application is in a group, or in one below it. */
export function isIn(group: string, id: string): boolean {
  return group === '/' || id.startsWith(`${group}/`);
}
