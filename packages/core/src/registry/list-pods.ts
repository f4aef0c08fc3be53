import { isClusterName, MAX_CLUSTER_NAME_LENGTH, parseClusterName } from '../domain/cluster-name.ts';
import { fnmatch } from '../domain/fnmatch.ts';
import { type Pod, toldApart } from '../domain/pod.ts';
import { bugBehind } from '../errors.ts';
import type { Session } from '../zookeeper/session.ts';
import { CLUSTERS_PATH, podsPath } from './paths.ts';
import { isUnreadable, newestPerKey, parsePodNode, readPod } from './pod-node.ts';

/** What is registered at one moment. One bad znode costs one problem, never the others. */
export interface PodListing {
  /** In the order of cluster name, then seq. One pod per key: the newest node counts. */
  readonly pods: readonly Pod[];
  /** Every cluster that matches, also those without a pod. */
  readonly clusters: readonly string[];
  /** Znodes that are there and cannot be read as a pod. */
  readonly problems: readonly ListingProblem[];
  /** What is not there at all: `clusters` when no pod was ever registered, `chroot` when nothing can have been. */
  readonly absent?: 'clusters' | 'chroot';
}

export interface ListingProblem {
  /** Qualified cluster name. */
  readonly cluster: string;
  /** Name of the znode under the cluster's `pods`. */
  readonly node: string;
  readonly reason: string;
  /** What it made us throw that is no failure on purpose. */
  readonly bug?: Error;
}

/**
 * Read every registered pod of the clusters that match one of `patterns` (Python's fnmatch over the qualified name).
 *
 * All reads are sent without waiting for each other. A pod that leaves meanwhile is simply not there.
 */
export async function listPods(
  session: Session,
  patterns: readonly string[],
  signal: AbortSignal,
): Promise<PodListing> {
  const matchers = patterns.map(fnmatch);
  const all = await session.children(CLUSTERS_PATH, signal);
  if (all === undefined) {
    const root = await session.children('/', signal);
    return { clusters: [], pods: [], problems: [], absent: root === undefined ? 'chroot' : 'clusters' };
  }
  const clusters = all.filter((name) => matchers.some((matches) => matches(name))).sort();
  const listings = await Promise.all(clusters.map((cluster) => listCluster(session, cluster, signal)));
  return {
    clusters,
    pods: listings.flatMap(({ pods }) => pods.toSorted((left, right) => left.seq - right.seq)),
    problems: listings.flatMap(({ problems }) => problems),
  };
}

type ClusterListing = Pick<PodListing, 'pods' | 'problems'>;

async function listCluster(session: Session, cluster: string, signal: AbortSignal): Promise<ClusterListing> {
  const problems: ListingProblem[] = [];
  const problem = (node: string, reason: string, bug?: Error) =>
    void problems.push({ cluster, node, reason, ...(bug && { bug }) });
  if (!isClusterName(cluster)) {
    const isLong = cluster.length > MAX_CLUSTER_NAME_LENGTH;
    const reason = isLong ? `longer than ${MAX_CLUSTER_NAME_LENGTH} characters` : 'not <namespace>.<cluster>';
    return { pods: [], problems: [{ cluster, node: '', reason }] };
  }
  const name = parseClusterName(cluster);

  const children = (await session.children(podsPath(name), signal)) ?? [];
  const nodes = children.map(parsePodNode);
  children.forEach((child, at) => {
    if (nodes[at] === undefined) problem(child, 'not named <key>.<10 digits>');
  });

  const newest = newestPerKey(nodes.filter((node) => node !== undefined));
  const found = await Promise.all(
    newest.map(async (node) => {
      const znode = await session.get(`${podsPath(name)}/${node.name}`, signal);
      if (znode === undefined) return undefined;
      const read = readPod(name, node, znode);
      if (!isUnreadable(read)) return read;
      problem(node.name, read.error.message, bugBehind(read.error));
      return undefined;
    }),
  );
  return { pods: toldApart(found.filter((pod) => pod !== undefined)), problems };
}
