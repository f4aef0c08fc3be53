import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';

import { splitWords } from '../../src/domain/command-line.ts';

test('words are those that /bin/sh sees, where it expands nothing', () => {
  const piece = fc.constantFrom('a', 'b', ' ', "'", '"', '\\', 'ü');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const line = pieces.join('');
      let words: string[];
      try {
        words = splitWords(line);
      } catch {
        return; // a quote that is not closed: the shell would wait for more
      }
      expect(asShell(line)).toEqual(words);
    }),
    { numRuns: 300 },
  );
});

function asShell(line: string): string[] {
  const script = `eval "set -- $1"; for word; do printf '%s\\0' "$word"; done`;
  return execFileSync('/bin/sh', ['-c', script, 'sh', line]).toString('utf8').split('\0').slice(0, -1);
}
