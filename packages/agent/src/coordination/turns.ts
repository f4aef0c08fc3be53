import { setImmediate } from 'node:timers/promises';
import type { Clock } from 'ochopod-core';
import pLimit from 'p-limit';

/** Enough to keep a network busy, and few enough for the leader of a thousand to go on breathing. */
const AT_ONCE = 64;
/** Who cannot be reached, or does not take what it is sent, keeps the next one waiting for so long and no longer. */
const TURN_MS = 1000;

/** Asks one pod; `sent` is to be called once everything is on its way, and the answer is all that is waited for. */
export type Asking = (sent: () => void) => Promise<void>;

/**
 * Ask many pods, and send to a few of them at a time. Their answers are waited for all at once: a cluster whose every pod
 * takes half a minute is done after half a minute.
 *
 * @throws whatever one of them throws, and then asks nobody else
 */
export async function inTurns(clock: Clock, pods: readonly Asking[]): Promise<void> {
  const limit = pLimit(AT_ONCE);
  const answered = pods.map(async (ask) => {
    const { answer } = await limit(() => turn(clock, ask));
    await answer;
  });
  try {
    await Promise.all(answered);
  } finally {
    limit.clearQueue();
  }
}

async function turn(clock: Clock, ask: Asking): Promise<{ readonly answer: Promise<void> }> {
  let end = () => {};
  const over = new Promise<void>((resolve) => {
    const callOff = clock.after(TURN_MS, resolve);
    end = () => {
      callOff();
      resolve();
    };
  });
  const answer = ask(end).finally(end);
  answer.catch(() => {}); // it is thrown to whoever waits for the answer
  await over;
  await setImmediate(); // what is sent at once is followed by the next at once, and nothing else would ever run
  return { answer };
}
