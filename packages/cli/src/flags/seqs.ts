import { OchoError } from 'ochopod-core';

const SEQ_FLAGS = new Set(['-i', '--seq', '--indices']);

/**
 * Let `-i 1 2 5` mean `-i 1 -i 2 -i 5`: every whole number that follows belongs to the flag, and nothing else does, so
 * that a cluster or a tool may come after it.
 */
export function spreadSeqs(argv: readonly string[]): string[] {
  const end = argv.indexOf('--');
  const ours = end === -1 ? argv : argv.slice(0, end);
  let flag: string | undefined;
  const spread = ours.flatMap((word, at) => {
    if (flag === undefined || !/^\d+$/.test(word)) {
      flag = SEQ_FLAGS.has(word) ? word : undefined;
      return [word];
    }
    return ours[at - 1] === flag ? [word] : [flag, word];
  });
  return end === -1 ? spread : [...spread, ...argv.slice(end)];
}

/** @throws {OchoError} `INVALID_INPUT` */
export function parseSeq(text: string): number {
  if (/^\d{1,10}$/.test(text)) return Number(text);
  throw new OchoError(`"${text}" is no sequence number`, {
    code: 'INVALID_INPUT',
    hint: 'Pass the numbers that follow the # in a listing: -i 1 2 5.',
  });
}
