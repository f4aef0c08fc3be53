import { describe, expect, test } from 'vitest';

import { identify } from '../../../src/zookeeper/server/authentication.ts';
import { isAllowed, maskedAcl, OPEN_TO_ALL, PERMS, settledAcl } from '../../../src/zookeeper/tree/acl.ts';

const ANN = { scheme: 'digest', id: 'ann:hash' };
const HERE = { scheme: 'ip', id: '10.1.2.3' };

describe('a list of who may', () => {
  test.each([
    ['world:anyone', { scheme: 'world', id: 'anyone' }, true],
    ['her own digest', ANN, true],
    ["somebody else's digest", { scheme: 'digest', id: 'bob:hash' }, false],
    ['her address', HERE, true],
    ['her network', { scheme: 'ip', id: '10.1.0.0/16' }, true],
    ['every address', { scheme: 'ip', id: '0.0.0.0/0' }, true],
    ['another network', { scheme: 'ip', id: '10.1.3.0/24' }, false],
  ])('lets Ann in by %s: %j', (_what, entry, isLetIn) => {
    const acl = [{ perms: PERMS.read, ...entry }];

    expect(isAllowed(acl, PERMS.read, [HERE, ANN])).toBe(isLetIn);
    expect(isAllowed(acl, PERMS.write, [HERE, ANN])).toBe(false);
  });

  test('names with auth everybody that the sender has shown to be, but no address', () => {
    expect(settledAcl([{ perms: 31, scheme: 'auth', id: '' }], [HERE, ANN])).toEqual([{ perms: 31, ...ANN }]);
    expect(settledAcl([{ perms: 31, scheme: 'auth', id: '' }], [HERE])).toBeUndefined();
  });

  test('has no entry twice', () => {
    expect(settledAcl([...OPEN_TO_ALL, ...OPEN_TO_ALL], [])).toEqual(OPEN_TO_ALL);
  });

  test.each([
    ['world', 'somebody'],
    ['nosuch', 'x'],
    ['digest', 'nohash'],
    ['digest', 'a:b:c'],
    ['ip', '10.0.0'],
    ['ip', '10.0.0.256'],
    ['ip', '10.0.0.1/33'],
    ['ip', '10.0.0.1/x'],
    ['', ''],
  ])('cannot hold %s:%s', (scheme, id) => {
    expect(settledAcl([{ perms: 31, scheme, id }], [ANN])).toBeUndefined();
  });

  test('hides hashes from those who may not change it', () => {
    expect(maskedAcl([{ perms: 31, ...ANN }])).toEqual([{ perms: 31, scheme: 'digest', id: 'ann:x' }]);
  });
});

test('a digest is of the user and the password', () => {
  // As ZooKeeper's own DigestAuthenticationProvider prints it.
  expect(identify('digest', Buffer.from('super:test'), '')?.id).toBe('super:D/InIHSb7yEEbrWz8b9l71RjZJU=');
  expect(identify('kerberos', Buffer.from(''), '')).toBeUndefined();
});
