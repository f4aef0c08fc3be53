import type { Session } from '../session.ts';

/** Delete a znode and everything below it; what is already gone is a success. */
export async function removeTree(session: Session, path: string, signal: AbortSignal): Promise<void> {
  const children = (await session.children(path, signal)) ?? [];
  for (const child of children) await removeTree(session, `${path}/${child}`, signal);
  await session.remove(path, signal);
}
