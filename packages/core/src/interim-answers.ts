import type { ClientRequest } from 'node:http';

import { OchoError } from './errors.ts';

/** Nobody whom we ask has a reason for more. */
const MOST_INTERIM_ANSWERS = 8;

/**
 * Hang up on who sends one interim answer (`100 Continue`, `103 Early Hints`) after the other: Node counts neither them nor
 * their bytes, and a flood of them keeps a core busy until the time limit.
 *
 * @returns the request; it fails with `TOO_LARGE`
 */
export function boundInterimAnswers(request: ClientRequest): ClientRequest {
  let count = 0;
  request.on('information', () => {
    count += 1;
    if (count <= MOST_INTERIM_ANSWERS) return;
    request.destroy(
      new OchoError('it sends one interim answer after the other and no last one', {
        code: 'TOO_LARGE',
        hint: 'No agent, scheduler or healthy task does that: look what answers at its address.',
      }),
    );
  });
  return request;
}
