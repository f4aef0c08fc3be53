import type { Pod } from 'ochopod-core';

/** A znode holds a megabyte at the most, and the transaction that writes it has more in it than that. */
export const MAX_RECORDED_BYTES = 1_000_000;
/** Up to here a registration is one like any other: who came first has room first. */
const ORDINARY_BYTES = 8192;

export interface SharedRoom {
  /** Those that can be recorded together, in the order in which they were given. */
  readonly fitting: readonly Pod[];
  /** The others have no room. */
  readonly outgrown: readonly Pod[];
  /** What all of them have registered. */
  readonly bytes: number;
}

/**
 * Who can be recorded together. The large go without room before the ordinary do, the young before the old: nobody loses
 * his place to somebody who comes later and is as modest.
 *
 * @param pods in the order of seq
 */
export function shareRoom(pods: readonly Pod[], limit = MAX_RECORDED_BYTES): SharedRoom {
  const bytes = pods.reduce((sum, pod) => sum + sizeOf(pod), 0);
  if (bytes <= limit) return { fitting: pods, outgrown: [], bytes };
  const placed = new Set<Pod>();
  let left = limit;
  for (const pod of pods.toSorted((one, other) => sizeClass(one) - sizeClass(other))) {
    left -= sizeOf(pod);
    if (left < 0) break;
    placed.add(pod);
  }
  return { fitting: pods.filter((pod) => placed.has(pod)), outgrown: pods.filter((pod) => !placed.has(pod)), bytes };
}

/** Registrations do not change but for new ones. */
const sizes = new WeakMap<Pod['registration'], number>();

/** Bytes in the record, with the key and what stands between. */
function sizeOf({ key, registration }: Pod): number {
  const known = sizes.get(registration) ?? Buffer.byteLength(JSON.stringify(registration));
  sizes.set(registration, known);
  return known + Buffer.byteLength(key) + 4;
}

function sizeClass(pod: Pod): number {
  const bytes = sizeOf(pod);
  return bytes <= ORDINARY_BYTES ? 0 : Math.floor(Math.log2(bytes));
}
