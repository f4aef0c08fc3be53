import { OchoError } from 'ochopod-core';

/** A cluster name or glob, as somebody typed it and as it is looked up. */
export interface ClusterPattern {
  /** What reports call it. */
  readonly given: string;
  /** Matched against `<namespace>.<cluster>`. */
  readonly glob: string;
}

/** Without a dot it is a cluster of `namespace`, when there is one. */
export function clusterPattern(given: string, namespace: string | undefined): ClusterPattern {
  if (given === '') {
    throw new OchoError('a cluster name cannot be empty', {
      code: 'INVALID_INPUT',
      hint: "Write <namespace>.<cluster>, or quote a pattern: 'marathon.*'.",
    });
  }
  const bare = namespace !== undefined && !given.includes('.');
  return { given, glob: bare ? `${namespace}.${given}` : given };
}

/** Whether the pattern names one cluster, so that not to find it is a failure. */
export function isLiteral({ glob }: ClusterPattern): boolean {
  return !/[*?[]/.test(glob);
}
