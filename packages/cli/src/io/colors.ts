/** What decides whether a stream gets colours. */
export interface ColorFacts {
  readonly isTty: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Colours are for terminals that can show them and people who did not say no. */
export function usesColors({ isTty, env }: ColorFacts): boolean {
  return isTty && (env['NO_COLOR'] ?? '') === '' && env['TERM'] !== 'dumb';
}
