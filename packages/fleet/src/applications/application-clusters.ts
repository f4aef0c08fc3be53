import { type ClusterName, fnmatch, OchoError, qualified } from 'ochopod-core';
import type { Advice } from '../advice.ts';
import { before } from '../before.ts';
import type { FailedTarget } from '../tally.ts';
import type { ClusterPattern } from '../words/cluster-pattern.ts';
import { type FleetApplication, type FleetWorkplace, findFleet } from './fleet.ts';

/** A cluster and the applications whose pods make it up; they are one or more. */
export interface ApplicationCluster {
  readonly cluster: ClusterName;
  /** Qualified. */
  readonly name: string;
  readonly applications: readonly FleetApplication[];
}

export interface FoundClusters {
  /** Each once, by name. */
  readonly clusters: readonly ApplicationCluster[];
  readonly byPattern: readonly ClustersOfPattern[];
  /** Patterns that no application's cluster matches. */
  readonly failed: readonly FailedTarget[];
}

interface ClustersOfPattern {
  readonly pattern: ClusterPattern;
  /** Names. */
  readonly clusters: readonly string[];
  readonly failed: readonly FailedTarget[];
}

/**
 * Find the clusters that patterns mean, with their applications.
 *
 * @throws {OchoError} `NOT_FOUND` when there is none at all
 */
export async function findClusters(
  workplace: FleetWorkplace,
  { patterns, until }: { readonly patterns: readonly ClusterPattern[]; readonly until: number },
): Promise<FoundClusters> {
  const { applications } = await before(workplace, { until, what: 'looking for the applications' }, (signal) =>
    findFleet(workplace, patterns, signal),
  );
  const clusters = clustersOf(applications);
  const byPattern = patterns.map((pattern) => {
    const matches = fnmatch(pattern.glob);
    const names = clusters.map(({ name }) => name).filter((name) => matches(name));
    return { pattern, clusters: names, failed: names.length === 0 ? [nothingMatches(pattern)] : [] };
  });
  const failed = byPattern.flatMap((each) => each.failed);
  if (clusters.length > 0) return { clusters, byPattern, failed };
  throw new OchoError(failed.map(({ error }) => error.message).join('; '), {
    code: 'NOT_FOUND',
    advice: SEE_APPLICATIONS,
  });
}

function clustersOf(applications: readonly FleetApplication[]): ApplicationCluster[] {
  const groups = new Map<string, FleetApplication[]>();
  for (const each of applications) {
    const name = qualified(each.cluster);
    groups.set(name, [...(groups.get(name) ?? []), each]);
  }
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .flatMap(([name, members]) => {
      const [first] = members;
      return first === undefined ? [] : [{ cluster: first.cluster, name, applications: members }];
    });
}

const SEE_APPLICATIONS: Advice = { to: 'see applications' };

function nothingMatches({ given }: ClusterPattern): FailedTarget {
  return {
    target: given,
    error: { code: 'NOT_FOUND', message: `no application makes up ${given}`, advice: SEE_APPLICATIONS },
  };
}
