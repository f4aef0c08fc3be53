import { HUNG_UP_ON, SERVER_CODES, ServerRefusal } from '../server-codes.ts';
import type { Packet } from './packet-line.ts';

/** After as many times, a request this large is taken for the reason why the server closes the connection. */
const SUSPECT = { sends: 3, bytes: 64 * 1024 };

export interface SortedOut {
  /** To be sent over the next connection, in this order. */
  readonly again: Packet[];
  readonly lost: readonly { readonly packet: Packet; readonly because: ServerRefusal }[];
}

/** The connection broke: which requests are sent again, and which ones fail, and why. */
export function sortUnanswered(unanswered: readonly Packet[], waiting: readonly Packet[]): SortedOut {
  const again = [
    ...unanswered.filter((packet) => packet.resend && !isSuspect(packet)),
    ...waiting.filter(({ resend }) => resend !== undefined),
  ];
  const lost = unanswered.flatMap((packet) => {
    if (isSuspect(packet)) return [{ packet, because: new ServerRefusal(HUNG_UP_ON) }];
    return packet.resend ? [] : [{ packet, because: new ServerRefusal(SERVER_CODES.CONNECTION_LOSS) }];
  });
  return { again, lost };
}

function isSuspect({ sends = 0, request }: Packet): boolean {
  return sends >= SUSPECT.sends && (request.payload?.byteLength() ?? 0) > SUSPECT.bytes;
}
