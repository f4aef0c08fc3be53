/** From 1582-10-15, when such ids begin, to 1970. */
const GREGORIAN_OFFSET_MS = 12_219_292_800_000n;

/**
 * Makes ids of version 1, which tell when they were made; Marathon gives them to instances. One maker never makes the
 * same id twice.
 *
 * @param wallTime milliseconds since 1970
 * @param random so many bytes of chance
 */
export function uuid1Maker(wallTime: () => number, random: (size: number) => Uint8Array): () => string {
  const sequence = hex(random(2), 0x8000, 0x3fff);
  // A node id that is not an address of a network card has its multicast bit set.
  const node = hex(random(6), 0x010000000000, 0xffffffffffff);
  let last = 0n;
  return () => {
    const now = (BigInt(Math.floor(wallTime())) + GREGORIAN_OFFSET_MS) * 10_000n;
    last = now > last ? now : last + 1n;
    const time = last.toString(16).padStart(15, '0');
    return `${time.slice(-8)}-${time.slice(-12, -8)}-1${time.slice(0, 3)}-${sequence}-${node}`;
  };
}

/** Bytes as hexadecimal digits, some bits set and only those of `mask` (and the set ones) kept. */
function hex(bytes: Uint8Array, set: number, mask: number): string {
  const value = BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
  return ((value & BigInt(mask)) | BigInt(set)).toString(16).padStart(bytes.length * 2, '0');
}
