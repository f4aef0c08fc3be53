import { OchoError } from 'ochopod-core';
import * as v from 'valibot';

import type { ZooKeeperServer } from '../zookeeper/zookeeper-server.ts';

/** What can be broken on purpose, and mended. */
export const FAULTS = [
  'expire',
  'drop',
  'hold',
  'release',
  'refuse',
  'accept',
  'delay',
  'pause',
  'resume',
  'clear',
] as const;

export type FaultKind = (typeof FAULTS)[number];

/** A button and how it is pressed, as it is sent to a running sandbox. */
export interface FaultOrder {
  readonly fault: FaultKind;
  /** As ZooKeeper prints it; for `expire`, `drop` and `hold`. */
  readonly session?: string | undefined;
  /** For `delay`. */
  readonly ms?: number | undefined;
}

export interface FaultReport {
  readonly fault: FaultKind;
  /** What it did, in words. */
  readonly done: string;
  /** What is in force now, in words. */
  readonly inForce: readonly string[];
}

const ORDER = v.object({
  fault: v.picklist(FAULTS),
  session: v.optional(v.string()),
  ms: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
});

/** @throws {OchoError} `INVALID_INPUT` */
export function parseFaultOrder(json: unknown): FaultOrder {
  const parsed = v.safeParse(ORDER, json);
  if (!parsed.success) throw new OchoError('that is no order to break something', { code: 'INVALID_INPUT' });
  return parsed.output;
}

type Target = Pick<ZooKeeperServer, 'faults' | 'sessions'>;

/**
 * Press the button.
 *
 * @throws {OchoError} `NOT_FOUND` for an unknown session, `INVALID_INPUT` when the button needs more than was said
 */
export function applyFault(server: Target, order: FaultOrder): FaultReport {
  const session = order.session === undefined ? undefined : knownSession(server, order.session);
  const done = PRESS[order.fault](server.faults, { ...order, session });
  return { fault: order.fault, done, inForce: server.faults.inForce() };
}

type Press = (faults: Target['faults'], order: FaultOrder) => string;

const PRESS: Readonly<Record<FaultKind, Press>> = {
  expire: (faults, { session }) => {
    if (session === undefined) throw incomplete('which session is to expire', '--session');
    if (!faults.expireSession(session)) throw unknownSession(session);
    return `session ${session} expired`;
  },
  drop: (faults, { session }) => `${counted(faults.dropConnections(session))} cut`,
  hold: (faults, { session }) => `${counted(faults.holdConnections(session))} held`,
  release: (faults) => {
    faults.release();
    return 'held connections are answered again';
  },
  refuse: (faults) => {
    faults.refuseConnections(true);
    return 'new connections are refused';
  },
  accept: (faults) => {
    faults.refuseConnections(false);
    return 'new connections are accepted';
  },
  delay: (faults, { ms }) => {
    if (ms === undefined) throw incomplete('how late replies are to be', '--ms');
    faults.delayReplies(ms);
    return ms === 0 ? 'replies come at once' : `replies come ${ms} ms late`;
  },
  pause: (faults) => {
    faults.pause();
    return 'ZooKeeper is paused';
  },
  resume: (faults) => {
    faults.resume();
    return 'ZooKeeper goes on';
  },
  clear: (faults) => {
    faults.clear();
    return 'every fault is mended';
  },
};

/** People leave out the prefix and write capitals. */
function knownSession(server: Target, given: string): string {
  const id = `0x${given.toLowerCase().replace(/^0x0*/, '')}`;
  const known = server.sessions().find((session) => session.id === id);
  if (known === undefined) throw unknownSession(given);
  return known.id;
}

function unknownSession(session: string): OchoError {
  return new OchoError(`there is no session ${session}`, {
    code: 'NOT_FOUND',
    hint: 'Run `ocho sandbox status` for those that there are.',
  });
}

function incomplete(what: string, flag: string): OchoError {
  return new OchoError(`say ${what}`, { code: 'INVALID_INPUT', hint: `Pass ${flag}.` });
}

function counted(connections: number): string {
  return `${connections} ${connections === 1 ? 'connection' : 'connections'}`;
}
