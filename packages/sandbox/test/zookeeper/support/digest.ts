import { createHash } from 'node:crypto';

/** As ACLs of the scheme `digest` name a user with a password. */
export function digest(userAndPassword: string): string {
  const [user] = userAndPassword.split(':');
  return `${user}:${createHash('sha1').update(userAndPassword).digest('base64')}`;
}
