import { createHash } from 'node:crypto';

import type { Identity } from '../tree/acl.ts';

/**
 * Who shows this to be.
 *
 * @param proof `user:password` for `digest`
 * @returns nothing when there is no such scheme
 */
export function identify(scheme: string, proof: Buffer, address: string): Identity | undefined {
  if (scheme === 'ip') return { scheme, id: address };
  if (scheme !== 'digest') return undefined;
  const text = proof.toString('utf8');
  const user = text.split(':', 1)[0] ?? '';
  return { scheme, id: `${user}:${createHash('sha1').update(text).digest('base64')}` };
}
