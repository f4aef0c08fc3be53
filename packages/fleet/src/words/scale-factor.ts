import { OchoError } from 'ochopod-core';

/** How many pods there are to be: so many, so many times as many as now, or so many more. */
export type ScaleFactor =
  | { readonly kind: 'to'; readonly pods: number }
  | { readonly kind: 'times'; readonly by: number }
  | { readonly kind: 'by'; readonly pods: number };

const MOST_PODS = 10_000;

/**
 * Read `@5`, `x2`, `x0.5`, `+1` or `-1`.
 *
 * @throws {OchoError} `INVALID_INPUT`
 */
export function parseScaleFactor(text: string): ScaleFactor {
  const [, sign, digits = '', isBroken] = /^([@x+-])(\d+(\.\d+)?)$/.exec(text.trim()) ?? [];
  const value = Number(digits);
  if (sign === 'x' && value <= MOST_PODS) return { kind: 'times', by: value };
  if (sign !== undefined && isBroken === undefined && value <= MOST_PODS) {
    return sign === '@' ? { kind: 'to', pods: value } : { kind: 'by', pods: sign === '-' ? -value : value };
  }
  throw new OchoError(`"${text}" does not say how many pods`, {
    code: 'INVALID_INPUT',
    hint: 'Write @5 for five, x2 for twice as many, +1 for one more, -1 for one less.',
  });
}

/** How many that makes: a product is rounded to the nearest, and never to none unless it is none; never below zero. */
export function sizeAfter(factor: ScaleFactor, present: number): number {
  switch (factor.kind) {
    case 'to':
      return factor.pods;
    case 'by':
      return Math.max(0, present + factor.pods);
    case 'times': {
      const product = present * factor.by;
      return product > 0 ? Math.max(1, Math.round(product)) : 0;
    }
  }
}
