import { isAllowed, maskedAcl, PERMS } from '../tree/acl.ts';
import type { Znode } from '../tree/znode.ts';
import { WATCH_KIND } from '../watches/watches.ts';
import { CODE, type Code } from '../wire/codes.ts';
import type { JuteReader } from '../wire/jute-reader.ts';
import type { JuteWriter } from '../wire/jute-writer.ts';
import { OP } from '../wire/op-codes.ts';
import { writeAcl } from '../wire/requests.ts';
import { writeStat } from '../wire/stat.ts';
import type { Connection } from './connection.ts';
import type { Database } from './database.ts';

/** What a read has at hand. */
export interface ReadScene {
  readonly database: Database;
  readonly connection: Connection;
  /** The request, after its header. */
  readonly from: JuteReader;
  /** Where the answer goes; what a failed read wrote is taken back. */
  readonly to: JuteWriter;
}

export type Read = (scene: ReadScene) => Code;

/** Requests that change no znode, by type. */
export const READS: ReadonlyMap<number, Read> = new Map<number, Read>([
  [OP.exists, exists],
  [OP.getData, getData],
  [OP.getAcl, getAcl],
  [OP.getChildren, getChildren],
  [OP.getChildren2, getChildren2],
  [OP.getAllChildrenNumber, getAllChildrenNumber],
  [OP.getEphemerals, getEphemerals],
  [OP.sync, sync],
  [OP.checkWatches, checkWatches],
  [OP.removeWatches, removeWatches],
  [OP.addWatch, addWatch],
  [OP.whoAmI, whoAmI],
]);

function exists({ database, connection, from, to }: ReadScene): Code {
  const path = from.string();
  if (path.includes('\0')) return CODE.badArguments;
  if (from.bool()) database.watches.data.add(path, connection, 'once');
  const znode = database.tree.get(path);
  if (znode === undefined) return CODE.noNode;
  writeStat(to, znode);
  return CODE.ok;
}

/** Find a znode that the client may read. */
function readable({ database, connection }: ReadScene, path: string): Znode | Code {
  const znode = database.tree.get(path);
  if (znode === undefined) return CODE.noNode;
  return isAllowed(znode.acl, PERMS.read, connection.identities) ? znode : CODE.noAuth;
}

export function getData(scene: ReadScene): Code {
  const { database, connection, from, to } = scene;
  const path = from.string();
  const isWatched = from.bool();
  const znode = readable(scene, path);
  if (typeof znode === 'number') return znode;
  if (isWatched) database.watches.data.add(path, connection, 'once');
  to.buffer(znode.data);
  writeStat(to, znode);
  return CODE.ok;
}

export function getChildren(scene: ReadScene): Code {
  const znode = writeChildren(scene);
  return typeof znode === 'number' ? znode : CODE.ok;
}

function getChildren2(scene: ReadScene): Code {
  const znode = writeChildren(scene);
  if (typeof znode === 'number') return znode;
  writeStat(scene.to, znode);
  return CODE.ok;
}

function writeChildren(scene: ReadScene): Znode | Code {
  const { database, connection, from, to } = scene;
  const path = from.string();
  const isWatched = from.bool();
  const znode = readable(scene, path);
  if (typeof znode === 'number') return znode;
  if (isWatched) database.watches.children.add(path, connection, 'once');
  to.vector(znode.children ?? [], (name: string) => to.string(name));
  return znode;
}

function getAcl({ database, connection, from, to }: ReadScene): Code {
  const znode = database.tree.get(from.string());
  if (znode === undefined) return CODE.noNode;
  const { identities } = connection;
  if (!isAllowed(znode.acl, PERMS.read | PERMS.admin, identities)) return CODE.noAuth;
  writeAcl(to, isAllowed(znode.acl, PERMS.admin, identities) ? znode.acl : maskedAcl(znode.acl));
  writeStat(to, znode);
  return CODE.ok;
}

function getAllChildrenNumber(scene: ReadScene): Code {
  const path = scene.from.string();
  const znode = readable(scene, path);
  if (typeof znode === 'number') return znode;
  scene.to.int(scene.database.tree.descendantCount(path));
  return CODE.ok;
}

function getEphemerals({ database, connection, from, to }: ReadScene): Code {
  const prefix = from.string().trim();
  const all = [...database.tree.ephemeralsOf(connection.session?.id ?? 0n)];
  const wanted = prefix === '/' ? all : all.filter((path) => path.startsWith(prefix));
  to.vector(wanted, (path) => to.string(path));
  return CODE.ok;
}

function sync({ from, to }: ReadScene): Code {
  to.string(from.string());
  return CODE.ok;
}

const KINDS: ReadonlySet<number> = new Set(Object.values(WATCH_KIND));

function checkWatches({ database, connection, from }: ReadScene): Code {
  const path = from.string();
  const kind = from.int();
  if (!KINDS.has(kind)) return CODE.marshallingError;
  return database.watches.has(path, kind, connection) ? CODE.ok : CODE.noWatcher;
}

function removeWatches({ database, connection, from }: ReadScene): Code {
  const path = from.string();
  const kind = from.int();
  if (!KINDS.has(kind)) return CODE.marshallingError;
  return database.watches.remove(path, kind, connection) ? CODE.ok : CODE.noWatcher;
}

const LASTING_MODES = ['persistent', 'recursive'] as const;

function addWatch({ database, connection, from, to }: ReadScene): Code {
  const path = from.string();
  const mode = LASTING_MODES[from.int()];
  if (mode === undefined) return CODE.marshallingError;
  database.watches.addLasting(path, connection, mode);
  to.int(CODE.ok);
  return CODE.ok;
}

function whoAmI({ connection, to }: ReadScene): Code {
  to.vector(connection.identities, ({ scheme, id }) => {
    to.string(scheme);
    // Never what proves it.
    to.string(scheme === 'digest' ? id.replace(/:.*/, '') : id);
  });
  return CODE.ok;
}
