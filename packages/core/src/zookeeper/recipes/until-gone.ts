import type { Session } from '../session.ts';

/** Resolve when there is no znode at `path`, at once if there already is none. */
export async function untilGone(session: Session, path: string, signal: AbortSignal): Promise<void> {
  for await (const znode of session.watchNode(path, signal)) if (znode === undefined) return;
}
