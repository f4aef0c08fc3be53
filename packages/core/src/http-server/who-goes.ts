/** One open connection, as far as it counts when there are too many. */
export interface Standing {
  readonly address: string;
  /** Milliseconds: when it was opened, when its request began to arrive, or when it was answered last. */
  readonly since: number;
  /** Its request has arrived and is being answered. */
  readonly isServed: boolean;
}

export interface ConnectionLimits {
  /** Open at the same time. */
  readonly connections: number;
  /** Of one address. */
  readonly connectionsPerAddress: number;
}

/**
 * Who has to go so that a newcomer finds room: of those in its way the one that has kept us waiting the longest. Whoever
 * is being served stays; where all are, it is the newcomer that goes.
 *
 * So nobody who asks and listens is kept out by those who only hold a connection, also where all come from one address.
 */
export function whoGoes<Each extends Standing>(
  open: Iterable<Each>,
  newcomer: Each,
  { connections, connectionsPerAddress }: ConnectionLimits,
): Each | undefined {
  const others = [...open].filter((each) => each !== newcomer);
  const neighbours = others.filter(({ address }) => address === newcomer.address);
  const crowd = neighbours.length >= connectionsPerAddress ? neighbours : others;
  if (crowd === others && others.length < connections) return undefined;
  const waiting = crowd.filter(({ isServed }) => !isServed);
  return waiting.reduce((oldest, each) => (each.since < oldest.since ? each : oldest), waiting[0] ?? newcomer);
}
