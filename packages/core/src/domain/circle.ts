import { type ClusterName, dependencyMatcher, parseClusterName, qualified } from './cluster-name.ts';

export interface Needs {
  /** The cluster that asks. */
  readonly own: ClusterName;
  /** Every cluster that there is, by its qualified name. */
  readonly clusters: readonly string[];
  /** What each depends on, as it says it, as far as it is known; without itself when it depends on nothing. */
  readonly entries: ReadonlyMap<string, readonly string[]>;
}

export interface Circle {
  /** Those that the asking cluster depends on, also by way of others; itself not among them. */
  readonly reachable: readonly string[];
  /** Those of them that depend on the asking cluster in turn, so that each would wait for the other. */
  readonly circle: readonly string[];
}

/** Find out with which clusters one depends in a circle. What it takes grows with the number of dependencies only. */
export function findCircle(needs: Needs): Circle {
  const self = qualified(needs.own);
  const dependenciesOf = lookUp(needs);
  const dependents = new Map<string, string[]>();
  const reachable = spread(self, (name) => {
    const dependencies = dependenciesOf(name);
    for (const other of dependencies) note(dependents, other, name);
    return dependencies;
  });
  const circle = spread(self, (name) => dependents.get(name) ?? []);
  return { reachable, circle: circle.sort() };
}

/** Everybody whom one comes to by going on from each; without where it began. */
function spread(start: string, onwards: (name: string) => readonly string[]): string[] {
  const met = new Set([start]);
  // A set is walked to its end, also through what is added on the way.
  for (const name of met) for (const other of onwards(name)) met.add(other);
  met.delete(start);
  return [...met];
}

function note(lists: Map<string, string[]>, key: string, entry: string): void {
  const known = lists.get(key);
  if (known === undefined) lists.set(key, [entry]);
  else known.push(entry);
}

/** Clusters of one namespace often say the same: what an entry means is looked up once. */
function lookUp({ clusters, entries }: Needs): (name: string) => string[] {
  const meant = new Map<string, readonly string[]>();
  return (name) => {
    const { namespace } = parseClusterName(name);
    return [...new Set((entries.get(name) ?? []).flatMap((entry) => clustersMeant(entry, namespace)))];
  };

  function clustersMeant(entry: string, namespace: string): readonly string[] {
    const key = JSON.stringify([namespace, entry]);
    const known = meant.get(key) ?? clusters.filter(dependencyMatcher(entry, { namespace, cluster: '' }));
    meant.set(key, known);
    return known;
  }
}
