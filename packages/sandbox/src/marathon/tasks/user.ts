import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import { OchoError } from 'ochopod-core';

/** Somebody that processes can run as. */
export interface User {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

export interface Users {
  /** Nothing on systems without such numbers. */
  readonly current: Pick<User, 'name' | 'uid'>;
  /** The text of `/etc/passwd`. */
  readonly passwd: () => string;
}

export const systemUsers: Users = {
  current: { name: nameOfCurrent(), uid: process.getuid?.() ?? -1 },
  passwd: () => readFileSync('/etc/passwd', 'utf8'),
};

/**
 * Whom a task runs as.
 *
 * @param wanted the application's `user`
 * @returns nothing when that is who we are
 * @throws {OchoError} `INVALID_INPUT` for anybody else unless we are root, and for somebody unknown here
 */
export function userFor(wanted: string | undefined, { current, passwd }: Users): User | undefined {
  if (wanted === undefined || wanted === current.name) return undefined;
  if (current.uid !== 0) {
    throw new OchoError(
      `tasks run here as ${current.name}, and only root could run them as ${wanted}: leave "user" out, or start as root`,
      { code: 'INVALID_INPUT' },
    );
  }
  const found = parsePasswd(passwd()).find(({ name }) => name === wanted);
  if (found !== undefined) return found;
  throw new OchoError(`there is no user ${wanted} on this machine`, { code: 'INVALID_INPUT' });
}

function parsePasswd(text: string): readonly User[] {
  return text.split('\n').flatMap((line) => {
    const [name, , uid, gid, , home] = line.split(':');
    if (name === undefined || home === undefined) return [];
    return [{ name, uid: Number(uid), gid: Number(gid), home }];
  });
}

/** Some numbers have no name. */
function nameOfCurrent(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.());
  }
}
