/** The connection that a session has at the moment. */
export interface SessionConnection {
  /** `address:port` of the client. */
  readonly client: string;
  /** End it at once, whatever it was about to be told. */
  drop(why: string): void;
}

export interface Session {
  readonly id: bigint;
  /** Who knows it may take the session over. */
  readonly password: Buffer;
  /** What client and server agreed on; may change when the client comes back. */
  timeoutMs: number;
  connection: SessionConnection | undefined;
}

/** As ZooKeeper prints it: `0x100004b0c3f0000`. */
export function sessionName(id: bigint): string {
  return `0x${BigInt.asUintN(64, id).toString(16)}`;
}

/** @returns nothing when `name` is no number */
export function parseSessionName(name: string): bigint | undefined {
  return /^0x[0-9a-f]{1,16}$/i.test(name) ? BigInt.asIntN(64, BigInt(name)) : undefined;
}

/**
 * The first id that a server gives; the following are counted up. Made of the time, so that ids of servers that ran
 * earlier do not come again.
 *
 * @param time milliseconds since 1970
 */
export function firstSessionId(time: number): bigint {
  return (1n << 56n) | BigInt.asUintN(56, (BigInt(time) << 24n) >> 8n);
}
