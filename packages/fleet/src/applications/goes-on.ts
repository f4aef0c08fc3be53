import { OchoError } from 'ochopod-core';
import { advised } from '../advice.ts';

import type { Change } from '../scheduler/index.ts';

/** Whoever stops waiting for pods must know that nothing was stopped by that. */
export function goesOn(cluster: string, { id, application }: Change, cause: OchoError): OchoError {
  return new OchoError(
    `interrupted while waiting for pods of ${cluster}: deployment ${id} of ${application} goes on in the background`,
    { code: 'INTERRUPTED', advice: advised({ to: 'follow' }), details: { changes: [id] }, cause },
  );
}
