import type { Clock } from 'ochopod-core';

/**
 * Told what an operation is about to change, before anything is: exactly that is changed when it resolves, and nothing when
 * it rejects.
 */
export type Consent<Prospect> = (prospect: Prospect) => Promise<void>;

interface Asking<Prospect> {
  readonly consent: Consent<Prospect> | undefined;
  readonly prospect: Prospect;
}

/** @returns how long it took to decide, in milliseconds, which the time limit of the operation is to be longer */
export async function askConsent<Prospect>(
  { clock }: { readonly clock: Clock },
  { consent, prospect }: Asking<Prospect>,
): Promise<number> {
  const before = clock.now();
  const decided: Promise<void> | undefined = consent?.(prospect);
  await decided;
  return clock.now() - before;
}
