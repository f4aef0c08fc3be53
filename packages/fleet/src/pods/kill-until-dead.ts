import { isOchoError, OchoError, type Pod, podLabel } from 'ochopod-core';
import type { CallOptions } from 'ochopod-core/control-client';
import { advised } from '../advice.ts';

import type { Workplace } from '../workplace.ts';

/** How long to wait before asking a pod again whether it is dead by now. */
const ASK_AGAIN_MS = 500;

type Needs = Pick<Workplace, 'pods' | 'clock' | 'signal'>;

/**
 * Shut a pod down for good, and wait until it says that it is: a dead pod answers everything with 410, so the order
 * is just given again.
 *
 * @throws {OchoError} `TIMEOUT` when it is not dead at `until`, and whatever else the pod answers
 */
export async function killUntilDead({ pods, clock, signal }: Needs, pod: Pod, until: number): Promise<void> {
  let obeyed = false;
  while (clock.now() + ASK_AGAIN_MS < until) {
    const answer = await kill(pods, pod, { timeoutMs: until - clock.now(), signal });
    // Its container may go away as soon as the pod is done, and then nobody is left to say so.
    if (answer === undefined || isOchoError(answer, 'TIMEOUT')) obeyed ||= answer === undefined;
    else if (answer.code === 'POD_DEAD' || (obeyed && answer.code === 'UNREACHABLE')) return;
    else throw answer;
    await clock.sleep(ASK_AGAIN_MS, signal);
  }
  throw new OchoError(`${podLabel(pod)} was not dead in time`, {
    code: 'TIMEOUT',
    advice: advised({ to: 'look after shutdown' }),
  });
}

/** @returns why it did not do it, `undefined` when it did */
async function kill(pods: Needs['pods'], pod: Pod, options: CallOptions): Promise<OchoError | undefined> {
  try {
    await pods.control(pod, { task: 'kill' }, options);
    return undefined;
  } catch (error) {
    if (!isOchoError(error)) throw error;
    return error;
  }
}
