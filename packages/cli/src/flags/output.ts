/** How results are written: for people, for `cut` and `awk`, or for programs. */
export const OUTPUT_FORMATS = ['table', 'tsv', 'json'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/**
 * Whether JSON is wanted, told from raw arguments: errors must come out as JSON even when the arguments cannot be
 * parsed.
 */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  const ours = end === -1 ? argv : argv.slice(0, end);
  return ours.some(
    (word, at) =>
      word === '--json' ||
      word === '--output=json' ||
      /^-o=?json$/.test(word) ||
      /^-[lf]*j[lf]*$/.test(word) ||
      (word === 'json' && ['-o', '--output'].includes(ours[at - 1] ?? '')),
  );
}
