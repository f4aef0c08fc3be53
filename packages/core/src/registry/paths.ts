import { type ClusterName, qualified } from '../domain/cluster-name.ts';

/** Where everything is kept in ZooKeeper; the layout is shared with older agents and must not change. */
export const CLUSTERS_PATH = '/ochopod/clusters';

export const clusterPath = (name: ClusterName): string => `${CLUSTERS_PATH}/${qualified(name)}`;
/** Ephemeral sequential children `<key>.<10-digit sequence>`: the registrations. */
export const podsPath = (name: ClusterName): string => `${clusterPath(name)}/pods`;
/** Lock contenders; the first one leads. */
export const coordinatorPath = (name: ClusterName): string => `${clusterPath(name)}/coordinator`;
/** Digest of the last configuration that succeeded; empty before the first and while one is under way. */
export const hashPath = (name: ClusterName): string => `${clusterPath(name)}/hash`;
/** The pods that were configured last, by key; ephemeral, the leader's. */
export const snapshotPath = (name: ClusterName): string => `${clusterPath(name)}/snapshot`;
/** Ephemeral children `<number>`: who holds which, so that no two pods have the same. Agents of 2015 know nothing of it. */
export const numbersPath = (name: ClusterName): string => `${clusterPath(name)}/numbers`;
export const numberPath = (name: ClusterName, number: number): string => `${numbersPath(name)}/${number}`;
/** What the leader's cluster depends on, as it is written: a JSON list; ephemeral, the leader's. */
export const needsPath = (name: ClusterName): string => `${clusterPath(name)}/needs`;
