import { OchoError } from '../errors.ts';
import { fnmatch } from './fnmatch.ts';

/** A cluster's place in the world. The namespace may hold dots (`my-app.staging`), the cluster does not. */
export interface ClusterName {
  readonly namespace: string;
  readonly cluster: string;
}

/** The namespace of those that are told none, as the original has it. */
export const DEFAULT_NAMESPACE = 'marathon';

/** `<namespace>.<cluster>`, as it stands in ZooKeeper and on every screen. */
export function qualified({ namespace, cluster }: ClusterName): string {
  return `${namespace}.${cluster}`;
}

/** Longest qualified name, in characters: it is a part of paths, of labels and of every row. */
export const MAX_CLUSTER_NAME_LENGTH = 255;

/** Whether a text has both parts and no more than a name: others may stand beside the clusters in ZooKeeper. */
export function isClusterName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && dot < name.length - 1 && name.length <= MAX_CLUSTER_NAME_LENGTH;
}

/**
 * Split a qualified name at its last dot.
 *
 * @throws {OchoError} `INVALID_INPUT` when there is no namespace or no cluster in it
 */
export function parseClusterName(name: string): ClusterName {
  if (!isClusterName(name)) {
    throw new OchoError(`"${name.slice(0, MAX_CLUSTER_NAME_LENGTH)}" is no cluster name`, {
      code: 'INVALID_INPUT',
      hint: `Write it as <namespace>.<cluster>, like marathon.web, in at most ${MAX_CLUSTER_NAME_LENGTH} characters.`,
    });
  }
  const dot = name.lastIndexOf('.');
  return { namespace: name.slice(0, dot), cluster: name.slice(dot + 1) };
}

/**
 * What a `depends_on` entry stands for: clusters of the same namespace (`zookeeper`, `zoo*`), or of any
 * (`/other-namespace.zookeeper`, `/prod.*`).
 *
 * @param own the cluster that depends; it never depends on itself
 * @returns whether a cluster, given by its qualified name, is one of those meant
 */
export function dependencyMatcher(entry: string, own: ClusterName): (name: string) => boolean {
  const self = qualified(own);
  if (entry.startsWith('/')) {
    const matches = fnmatch(entry.slice(1));
    return (name) => name !== self && matches(name);
  }
  const inNamespace = `${own.namespace}.`;
  const matches = fnmatch(entry);
  return (name) =>
    name !== self &&
    name.startsWith(inNamespace) &&
    matches(name.slice(inNamespace.length)) &&
    isLast(name, inNamespace);
}

/** A namespace may hold dots: `prod.eu.web` is no cluster of the namespace `prod`. */
function isLast(name: string, inNamespace: string): boolean {
  return name.lastIndexOf('.') === inNamespace.length - 1;
}
