import { isOchoError } from '../../errors.ts';
import type { Session, TransactionStep } from '../session.ts';

interface Removal {
  readonly path: string;
  /** Checked with each step of it: whoever is not entitled any more removes nothing more. */
  readonly guard: TransactionStep;
}

/**
 * Delete a znode and everything below it; what is already gone is a success.
 *
 * @throws {OchoError} what `guard` is refused with, with `details.step` 0; `CONFLICT` when something comes below it meanwhile
 */
export async function removeTree(session: Session, { path, guard }: Removal, signal: AbortSignal): Promise<void> {
  const children = (await session.children(path, signal)) ?? [];
  for (const child of children) await removeTree(session, { path: `${path}/${child}`, guard }, signal);
  try {
    await session.transaction([guard, { kind: 'remove', path }], signal);
  } catch (error) {
    if (!isOchoError(error, 'NOT_FOUND') || error.details['step'] === 0) throw error;
  }
}
