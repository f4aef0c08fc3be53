import { OchoError } from '../errors.ts';
import type { TransactionStep } from './session.ts';

/** The server's `jute.maxbuffer`: it closes the connection over a longer frame, and tells nobody why. */
const MAX_FRAME_BYTES = 0xf_ffff;
/** More than headers, ACL and lengths of one step ever take. */
const STEP_OVERHEAD_BYTES = 128;

/**
 * Refuse what the server would answer by closing the connection.
 *
 * @throws {OchoError} `TOO_LARGE`
 */
export function checkSize(path: string, data: string): void {
  checkBytes(path, bytesOf(path, data));
}

/** The same for all steps of a transaction together: they travel in one frame. */
export function checkTransactionSize(steps: readonly TransactionStep[]): void {
  const bytes = steps.reduce((sum, step) => sum + bytesOf(step.path, 'data' in step ? step.data : ''), 0);
  checkBytes(`a transaction of ${steps.length} steps`, bytes);
}

function checkBytes(what: string, bytes: number): void {
  if (bytes <= MAX_FRAME_BYTES) return;
  throw new OchoError(`${what}: ${bytes} bytes are more than ZooKeeper takes at once (${MAX_FRAME_BYTES})`, {
    code: 'TOO_LARGE',
    hint: 'Keep less in one znode, or write it in several steps.',
    details: { bytes, limit: MAX_FRAME_BYTES },
  });
}

function bytesOf(path: string, data: string): number {
  return STEP_OVERHEAD_BYTES + Buffer.byteLength(path) + Buffer.byteLength(data);
}
