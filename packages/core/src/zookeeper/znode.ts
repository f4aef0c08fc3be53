import type { NodeAnswer, Stat } from './nzc/requests.ts';
import type { Sighting } from './observe.ts';
import type { Znode } from './session.ts';

/** As ZooKeeper's own tools print it. */
export function sessionId(id: Buffer): string {
  return `0x${id.readBigUInt64BE().toString(16)}`;
}

export function znodeOf({ data, stat }: NodeAnswer): Znode {
  return {
    data: data?.toString('utf8') ?? '',
    czxid: stat.czxid.readBigInt64BE(),
    version: stat.version,
    owner: ownerOf(stat),
  };
}

export function sightingOf(answer: NodeAnswer): Sighting<Znode> {
  const { czxid, mzxid } = answer.stat;
  return { value: znodeOf(answer), revision: `${czxid.toString('hex')} ${mzxid.toString('hex')}` };
}

export function sightingOfChildren(children: readonly string[], { czxid, pzxid }: Stat): Sighting<readonly string[]> {
  return { value: children, revision: `${czxid.toString('hex')} ${pzxid.toString('hex')}` };
}

export const NOTHING_THERE: Sighting<undefined> = { value: undefined, revision: 'nothing there' };

/** Containers and znodes with a time to live carry a mark where the session would stand. */
function ownerOf({ ephemeralOwner }: Stat): string | undefined {
  const owner = ephemeralOwner.readBigUInt64BE();
  const isMark = owner === 0n || owner === 0x8000_0000_0000_0000n || owner >> 56n === 0xffn;
  return isMark ? undefined : sessionId(ephemeralOwner);
}
