import { createHash } from 'node:crypto';

import { type ClusterSnapshot, canonicalText } from 'ochopod-core';

/** What a configuration is recognised by: 16 hex pairs joined by colons, the form that older agents write too. */
export function digestOf(snapshot: ClusterSnapshot): string {
  const bytes = createHash('sha256').update(canonicalText(snapshot)).digest().subarray(0, 16);
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}
