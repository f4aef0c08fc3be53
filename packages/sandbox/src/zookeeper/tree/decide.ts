import { CODE, type Code } from '../wire/codes.ts';
import { OP } from '../wire/op-codes.ts';
import type { CreateRequest, SetAclRequest, SetDataRequest, VersionedRequest, WriteRequest } from '../wire/requests.ts';
import { type Identity, isAllowed, PERMS, settledAcl } from './acl.ts';
import { CONTAINER, isSession, NOBODY, ttlOwner } from './ownership.ts';
import { isPermanent, isValidPath, parentOf } from './paths.ts';
import type { ZnodeTxn } from './txn.ts';
import type { ZnodeFacts } from './znode.ts';

/** Znodes as they are, or as they would be after the earlier steps of a multi. */
export interface TreeView {
  get(path: string): ZnodeFacts | undefined;
}

/** Who asks. */
export interface Asker {
  readonly session: bigint;
  readonly identities: readonly Identity[];
}

/** The transaction that a request amounts to, or why it is refused: checks in the order of the real server. */
export function decide(request: WriteRequest, tree: TreeView, asker: Asker): ZnodeTxn | Code {
  switch (request.type) {
    case 'create':
      return decideCreate(request, tree, asker);
    case 'delete':
      return decideDelete(request, tree, asker);
    case 'setData':
      return decideSetData(request, tree, asker);
    case 'setAcl':
      return decideSetAcl(request, tree, asker);
    case 'check':
      return decideCheck(request, tree, asker);
  }
}

interface CreateMode {
  readonly isEphemeral?: true;
  readonly isSequential?: true;
  readonly hasTtl?: true;
}

/** By the flags of a request. */
const CREATE_MODES: readonly CreateMode[] = [
  {},
  { isEphemeral: true },
  { isSequential: true },
  { isEphemeral: true, isSequential: true },
  {},
  { hasTtl: true },
  { hasTtl: true, isSequential: true },
];

function decideCreate(request: CreateRequest, tree: TreeView, asker: Asker): ZnodeTxn | Code {
  const mode = CREATE_MODES[request.flags];
  const owner = mode === undefined ? undefined : ownerOf(request, mode, asker.session);
  const parentPath = parentOf(request.path);
  if (mode === undefined || owner === undefined || parentPath === undefined) return CODE.badArguments;
  const acl = settledAcl(request.acl, asker.identities);
  if (acl === undefined) return CODE.invalidAcl;
  const parent = tree.get(parentPath);
  if (parent === undefined) return CODE.noNode;
  if (!isAllowed(parent.acl, PERMS.create, asker.identities)) return CODE.noAuth;
  const path = mode.isSequential ? request.path + sequenceNumber(parent.created) : request.path;
  if (!isValidPath(path)) return CODE.badArguments;
  if (tree.get(path) !== undefined) return CODE.nodeExists;
  if (isSession(parent.owner)) return CODE.noChildrenForEphemerals;
  return { type: 'create', path, data: request.data, acl, owner };
}

/** @returns nothing when it is not said properly for how long the znode shall live */
function ownerOf({ op, ttlMs }: CreateRequest, mode: CreateMode, session: bigint): bigint | undefined {
  if (mode.hasTtl) return ttlOwner(ttlMs);
  if (ttlMs >= 0n || op === OP.createTtl) return undefined;
  if (op === OP.createContainer) return CONTAINER;
  return mode.isEphemeral ? session : NOBODY;
}

function sequenceNumber(created: number): string {
  return String(created).padStart(10, '0');
}

function decideDelete({ path, version }: VersionedRequest, tree: TreeView, asker: Asker): ZnodeTxn | Code {
  const parentPath = parentOf(path);
  if (parentPath === undefined || isPermanent(path)) return CODE.badArguments;
  const parent = tree.get(parentPath);
  if (parent === undefined) return CODE.noNode;
  if (!isAllowed(parent.acl, PERMS.delete, asker.identities)) return CODE.noAuth;
  const znode = tree.get(path);
  if (znode === undefined) return CODE.noNode;
  if (!isExpected(version, znode.version)) return CODE.badVersion;
  return znode.childCount > 0 ? CODE.notEmpty : { type: 'delete', path };
}

function decideSetData({ path, data, version }: SetDataRequest, tree: TreeView, asker: Asker): ZnodeTxn | Code {
  const refusal = refusalAt(path, PERMS.write, { tree, asker });
  if (refusal !== undefined) return refusal;
  return isExpected(version, tree.get(path)?.version) ? { type: 'setData', path, data } : CODE.badVersion;
}

function decideSetAcl(request: SetAclRequest, tree: TreeView, asker: Asker): ZnodeTxn | Code {
  const { path, version } = request;
  if (!isValidPath(path)) return CODE.badArguments;
  const acl = settledAcl(request.acl, asker.identities);
  if (acl === undefined) return CODE.invalidAcl;
  const refusal = refusalAt(path, PERMS.admin, { tree, asker });
  if (refusal !== undefined) return refusal;
  return isExpected(version, tree.get(path)?.aversion) ? { type: 'setAcl', path, acl } : CODE.badVersion;
}

function decideCheck({ path, version }: VersionedRequest, tree: TreeView, asker: Asker): ZnodeTxn | Code {
  const refusal = refusalAt(path, PERMS.read, { tree, asker });
  if (refusal !== undefined) return refusal;
  return isExpected(version, tree.get(path)?.version) ? { type: 'check', path } : CODE.badVersion;
}

interface Scene {
  readonly tree: TreeView;
  readonly asker: Asker;
}

function refusalAt(path: string, perms: number, { tree, asker }: Scene): Code | undefined {
  if (!isValidPath(path)) return CODE.badArguments;
  const znode = tree.get(path);
  if (znode === undefined) return CODE.noNode;
  return isAllowed(znode.acl, perms, asker.identities) ? undefined : CODE.noAuth;
}

function isExpected(expected: number, actual: number | undefined): boolean {
  return expected === -1 || expected === actual;
}
