import { OchoError } from 'ochopod-core';

/** How many pods are replaced at a time. */
export type Batch =
  | { readonly kind: 'pods'; readonly pods: number }
  | { readonly kind: 'share'; readonly percent: number };

/**
 * Read `2` or `25%`.
 *
 * @throws {OchoError} `INVALID_INPUT`
 */
export function parseBatch(text: string): Batch {
  const [, digits = '', percent] = /^(\d+)(%)?$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (value >= 1 && percent === undefined) return { kind: 'pods', pods: value };
  if (value >= 1 && value <= 100) return { kind: 'share', percent: value };
  throw new OchoError(`"${text}" is no size of a batch`, {
    code: 'INVALID_INPUT',
    hint: 'Write a number of pods, or a share of them: 2, 25%.',
  });
}

/** That many of `size` pods: at least one, and for a share not more than it is. */
export function batchOf(batch: Batch, size: number): number {
  return batch.kind === 'pods' ? batch.pods : Math.max(1, Math.floor((size * batch.percent) / 100));
}
