import type { JuteRequest, SetWatches } from 'node-zookeeper-client/lib/jute/index.js';
import jute from 'node-zookeeper-client/lib/jute/index.js';
import type { Packet } from './packet-line.ts';

/** The server closes the connection over frames of 1 MiB, and the Java client too sends no more at once. */
const MAX_FRAME_BYTES = 128 * 1024;
const KINDS = ['dataWatches', 'existWatches', 'childWatches'] as const;

interface Watch {
  readonly kind: (typeof KINDS)[number];
  readonly path: string;
}

/** A packet that sets watches, in as many small ones as that takes; any other as it is. */
export function splitIfWatches(packet: Packet): Packet[] {
  const { request, callback } = packet;
  if (request.header.type !== jute.OP_CODES.SET_WATCHES) return [packet];
  return splitSetWatches(request).map((small) => ({ request: small, callback }));
}

/** The same watches in as many requests as it takes to keep each small. */
export function splitSetWatches(request: JuteRequest): JuteRequest[] {
  const all = request.payload as SetWatches;
  const watches = KINDS.flatMap((kind) => all[kind].map((path): Watch => ({ kind, path })));
  return inSmallGroups(watches).map((group) => {
    const paths = KINDS.map((kind) => group.filter((watch) => watch.kind === kind).map(({ path }) => path));
    const [data = [], exist = [], child = []] = paths;
    const payload = new jute.protocol.SetWatches(all.relativeZxid, data, exist, child);
    return new jute.Request(new jute.protocol.RequestHeader(0, jute.OP_CODES.SET_WATCHES), payload);
  });
}

function inSmallGroups(watches: readonly Watch[]): Watch[][] {
  const groups: Watch[][] = [];
  let room = 0;
  for (const watch of watches) {
    const bytes = Buffer.byteLength(watch.path) + 4;
    if (bytes > room) {
      groups.push([]);
      room = MAX_FRAME_BYTES - 64;
    }
    groups.at(-1)?.push(watch);
    room -= bytes;
  }
  return groups;
}
