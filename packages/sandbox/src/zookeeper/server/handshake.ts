import { timingSafeEqual } from 'node:crypto';

import type { Session } from '../sessions/session.ts';
import type { JuteReader } from '../wire/jute-reader.ts';
import type { JuteWriter } from '../wire/jute-writer.ts';

/** What a connection begins with. */
export interface ConnectRequest {
  readonly lastZxidSeen: number;
  readonly timeoutMs: number;
  /** 0 for a new one. */
  readonly session: bigint;
  readonly password: Buffer | undefined;
  /** Old clients do not say whether they would do with a server that can only read, and are not told. */
  readonly saysReadOnly: boolean;
}

export function readConnectRequest(from: JuteReader): ConnectRequest {
  from.int(); // the version of the protocol, of which there is one
  return {
    lastZxidSeen: from.number(),
    timeoutMs: from.int(),
    session: from.long(),
    password: from.buffer(),
    saysReadOnly: !from.isAtEnd,
  };
}

/** @param session nothing when it is not, or not any more */
export function writeConnectReply(
  to: JuteWriter,
  session: Pick<Session, 'id' | 'password' | 'timeoutMs'> | undefined,
  { saysReadOnly }: Pick<ConnectRequest, 'saysReadOnly'>,
): void {
  const start = to.beginFrame();
  to.int(0);
  to.int(session?.timeoutMs ?? 0);
  to.long(session?.id ?? 0n);
  to.buffer(session?.password ?? Buffer.alloc(16));
  if (saysReadOnly) to.bool(false);
  to.endFrame(start);
}

/** What to do with a client that wants to connect. */
export type Welcome =
  | { readonly kind: 'open' | 'resume'; readonly timeoutMs: number }
  /** Its session is gone, or never was its own. */
  | { readonly kind: 'expired' }
  /** It knows of transactions that this server does not. */
  | { readonly kind: 'refuse' };

export interface Premises {
  readonly zxid: number;
  /** The one that the client asks for, if there is. */
  readonly session: Pick<Session, 'password'> | undefined;
  readonly minTimeoutMs: number;
  readonly maxTimeoutMs: number;
}

export function decideWelcome(request: ConnectRequest, premises: Premises): Welcome {
  if (request.lastZxidSeen > premises.zxid) return { kind: 'refuse' };
  const timeoutMs = Math.min(Math.max(request.timeoutMs, premises.minTimeoutMs), premises.maxTimeoutMs);
  if (request.session === 0n) return { kind: 'open', timeoutMs };
  return isOwner(request.password, premises.session) ? { kind: 'resume', timeoutMs } : { kind: 'expired' };
}

function isOwner(password: Buffer | undefined, session: Pick<Session, 'password'> | undefined): boolean {
  if (password === undefined || session === undefined) return false;
  return password.length === session.password.length && timingSafeEqual(password, session.password);
}
