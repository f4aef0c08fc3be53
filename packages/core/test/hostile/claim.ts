import fc from 'fast-check';

/** Something that holds for whatever may come from outside. */
export interface Claim {
  readonly title: string;
  /** Try so many cases. @throws with the smallest that refutes it, and its seed */
  readonly holds: (tried: { readonly cases: number; readonly seed: number }) => Promise<void>;
}

export function claim<Input>({
  title,
  inputs,
  check,
}: {
  readonly title: string;
  readonly inputs: fc.Arbitrary<Input>;
  readonly check: (input: Input) => Promise<void>;
}): Claim {
  return {
    title,
    holds: ({ cases, seed }) => fc.assert(fc.asyncProperty(inputs, check), { numRuns: cases, seed }),
  };
}
