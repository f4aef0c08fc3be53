/** Who may do what with a znode. */
export interface Acl {
  readonly perms: number;
  readonly scheme: string;
  readonly id: string;
}

/** What a connection has shown to be. */
export interface Identity {
  readonly scheme: string;
  readonly id: string;
}

export const PERMS = { read: 1, write: 2, create: 4, delete: 8, admin: 16 } as const;

export const OPEN_TO_ALL: readonly Acl[] = [{ perms: 31, scheme: 'world', id: 'anyone' }];
export const READABLE_BY_ALL: readonly Acl[] = [{ perms: PERMS.read, scheme: 'world', id: 'anyone' }];

/** Whether one of the permissions in `perms` is given to one of `who`. */
export function isAllowed(acl: readonly Acl[], perms: number, who: readonly Identity[]): boolean {
  for (const entry of acl) {
    if ((entry.perms & perms) === 0) continue;
    if (isAnyone(entry)) return true;
    if (who.some((identity) => matches(entry, identity))) return true;
  }
  return false;
}

/**
 * The list as it is kept: without duplicates, `auth` replaced by everybody whom the sender has authenticated as.
 *
 * @returns nothing when it is empty, or names a scheme or an id that cannot be
 */
export function settledAcl(asked: readonly Acl[], who: readonly Identity[]): readonly Acl[] | undefined {
  const settled: Acl[] = [];
  for (const entry of withoutDuplicates(asked)) {
    const entries = entry.scheme === 'auth' ? authenticated(entry.perms, who) : [entry];
    if (entries.length === 0 || !entries.every(isValid)) return undefined;
    settled.push(...entries);
  }
  return settled.length === 0 ? undefined : settled;
}

/** The list as it is shown to those who may not change it. */
export function maskedAcl(acl: readonly Acl[]): readonly Acl[] {
  return acl.map((entry) => (entry.scheme === 'digest' ? { ...entry, id: entry.id.replace(/:.*/, ':x') } : entry));
}

export function sameAcl(one: readonly Acl[], other: readonly Acl[]): boolean {
  return one === other || (one.length === other.length && one.every((entry, index) => isSame(entry, other[index])));
}

function isSame(one: Acl, other: Acl | undefined): boolean {
  return other !== undefined && one.perms === other.perms && one.scheme === other.scheme && one.id === other.id;
}

function withoutDuplicates(acl: readonly Acl[]): readonly Acl[] {
  return acl.filter((entry, index) => acl.findIndex((earlier) => isSame(earlier, entry)) === index);
}

function authenticated(perms: number, who: readonly Identity[]): readonly Acl[] {
  // An address is no proof of who somebody is.
  return who.filter(({ scheme }) => scheme !== 'ip').map(({ scheme, id }) => ({ perms, scheme, id }));
}

function isAnyone({ scheme, id }: Identity): boolean {
  return scheme === 'world' && id === 'anyone';
}

function isValid(entry: Identity): boolean {
  if (isAnyone(entry)) return true;
  if (entry.scheme === 'digest') return /^[^:]*:[^:]+:*$/.test(entry.id);
  return entry.scheme === 'ip' && parseNetwork(entry.id) !== undefined;
}

function matches(entry: Identity, identity: Identity): boolean {
  if (entry.scheme !== identity.scheme) return false;
  return entry.scheme === 'ip' ? isInNetwork(entry.id, identity.id) : entry.id === identity.id;
}

function isInNetwork(network: string, address: string): boolean {
  const parsed = parseNetwork(network);
  const bits = parseAddress(address);
  if (parsed === undefined || bits === undefined) return false;
  const unit = 2 ** (32 - parsed.bits);
  return Math.floor(parsed.address / unit) === Math.floor(bits / unit);
}

/** `10.0.0.1` or `10.0.0.0/8`; no IPv6, as the real server has none. */
function parseNetwork(text: string): { readonly address: number; readonly bits: number } | undefined {
  const [, host = '', length = '32'] = /^([^/]*)(?:\/(\d{1,9}))?$/.exec(text) ?? [];
  const address = parseAddress(host);
  const bits = Number(length);
  return address === undefined || bits > 32 ? undefined : { address, bits };
}

function parseAddress(text: string): number | undefined {
  const parts = text.split('.');
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
  return parts.reduce((bits, part) => bits * 256 + Number(part), 0);
}
