/** How long to wait between tries: grows by `factor` from `firstMs` to `maxMs`. */
export interface BackoffPolicy {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly factor: number;
  /** Share of each delay that is random, 0 to 1, so that many waiters do not come back at once. */
  readonly jitter: number;
}

/**
 * The delay after the `failures`-th failure in a row.
 *
 * @param failures how often it failed so far, from 1
 * @param random 0 to 1, injected so that the result can be told in advance
 */
export function backoffMs(policy: BackoffPolicy, failures: number, random: number): number {
  const full = Math.min(policy.maxMs, policy.firstMs * policy.factor ** Math.min(failures - 1, 64));
  return full * (1 - policy.jitter * random);
}
