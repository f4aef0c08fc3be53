import type { Pod } from '../domain/pod.ts';

/** What is registered at one moment. One bad znode costs one problem, never the others. */
export interface PodListing {
  /** In the order of cluster name, then seq. One pod per key: the newest node counts. */
  readonly pods: readonly Pod[];
  /** Every cluster that matches, also those without a pod. */
  readonly clusters: readonly string[];
  /** Znodes that are there and cannot be read as a pod. */
  readonly problems: readonly ListingProblem[];
}

export interface ListingProblem {
  /** Qualified cluster name. */
  readonly cluster: string;
  /** Name of the znode under the cluster's `pods`. */
  readonly node: string;
  readonly reason: string;
}
