import fc from 'fast-check';
import { test } from 'vitest';

/** A test that holds for whatever the arbitraries come up with; a failure prints the smallest case and its seed. */
function property<Inputs extends [unknown, ...unknown[]]>(
  title: string,
  arbitraries: { [K in keyof Inputs]: fc.Arbitrary<Inputs[K]> },
  check: (...inputs: Inputs) => void,
): void {
  test(title, () => fc.assert(fc.property(...arbitraries, check)));
}

export { fc, property as test };
