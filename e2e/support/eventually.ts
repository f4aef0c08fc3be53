import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 20;

/**
 * Wait for a fact about processes that cannot notify us. The only place where end-to-end tests look again and again.
 *
 * @returns what `look` gave when it was neither false nor undefined
 * @throws with `describe` and what the last look threw, when it does not come true in time
 */
export async function eventually<T>(
  describe: string,
  look: () => T | false | undefined | Promise<T | false | undefined>,
  withinMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + withinMs;
  let cause: unknown;
  for (;;) {
    try {
      const seen = await look();
      if (seen !== false && seen !== undefined) return seen;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) throw new Error(`never came true: ${describe}`, { cause });
    await delay(EVERY_MS);
  }
}

/** Watch that a fact stays true for a while: for claims that nothing more happens. */
export async function remains(describe: string, look: () => boolean, forMs = 1500): Promise<void> {
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    if (!look()) throw new Error(`did not stay true: ${describe}`);
    await delay(EVERY_MS);
  }
}
