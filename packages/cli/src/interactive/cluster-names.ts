import { isOchoError, withDeadline } from 'ochopod-core';

import type { Workplace } from 'ochopod-fleet';

/** Nobody waits for a completion longer than this. */
const WITHIN_MS = 1500;
const FRESH_MS = 5000;

type Needs = Pick<Workplace, 'registry' | 'clock' | 'signal'>;

/** Cluster names for completion: those of the last seconds, none when ZooKeeper does not answer at once. */
export function createClusterNames({ registry, clock, signal }: Needs): () => Promise<readonly string[]> {
  let known: { readonly names: readonly string[]; readonly at: number } | undefined;
  return async () => {
    if (known !== undefined && clock.now() - known.at < FRESH_MS) return known.names;
    try {
      const limits = { clock, ms: WITHIN_MS, what: 'listing the clusters', parent: signal };
      const { clusters } = await withDeadline(limits, (listed) => registry.listPods(['*'], listed));
      known = { names: clusters, at: clock.now() };
      return clusters;
    } catch (error) {
      if (!isOchoError(error)) throw error;
      return [];
    }
  };
}
