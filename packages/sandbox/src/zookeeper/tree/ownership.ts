/**
 * What `ephemeralOwner` says of a znode: nothing, the session that it lives with, that it is a container, or for how
 * long it lives after its last change.
 */
export const NOBODY = 0n;
export const CONTAINER = -(2n ** 63n);

const TTL_MASK = 0xffn << 56n;
const MAX_TTL = 2n ** 40n - 1n;

/** @returns nothing for a time that cannot be */
export function ttlOwner(ttlMs: bigint): bigint | undefined {
  return ttlMs <= 0n || ttlMs > MAX_TTL ? undefined : BigInt.asIntN(64, TTL_MASK | ttlMs);
}

/** @returns nothing when it lives for as long as it likes */
export function ttlOf(owner: bigint): number | undefined {
  return isTtl(owner) ? Number(owner & MAX_TTL) : undefined;
}

export function isSession(owner: bigint): boolean {
  return owner !== NOBODY && owner !== CONTAINER && !isTtl(owner);
}

function isTtl(owner: bigint): boolean {
  // Nearly every owner is nobody, and this is asked for each.
  return owner !== NOBODY && (BigInt.asUintN(64, owner) & TTL_MASK) === TTL_MASK;
}
