import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isOchoError } from '../../src/errors.ts';
import { hostAndPort } from '../../src/host-and-port.ts';
import { parseConnectionString, type ServerAddress } from '../../src/zookeeper/connection-string.ts';

const serverLabel = ({ host, port }: ServerAddress) => hostAndPort(host, port);

describe('a connection string', () => {
  test.each([
    ['localhost', ['localhost:2181'], ''],
    ['zk://10.0.0.1:2182', ['10.0.0.1:2182'], ''],
    ['zk://a:1,b,c:3/chroot', ['a:1', 'b:2181', 'c:3'], '/chroot'],
    [' a:1 , b:2 /chroot/deep ', ['a:1', 'b:2'], '/chroot/deep'],
    ['zk://a:1/', ['a:1'], ''],
    ['zk://a:1/chroot/', ['a:1'], '/chroot'],
    ['[::1]:2182,[fe80::1%eth0]', ['[::1]:2182', '[fe80::1%eth0]:2181'], ''],
    ['zk_1.internal', ['zk_1.internal:2181'], ''],
  ])('%j is read', (text, servers, chroot) => {
    const parsed = parseConnectionString(text);

    expect(parsed.servers.map(serverLabel)).toEqual(servers);
    expect(parsed.chroot).toBe(chroot);
    expect(parsed.credentials).toBeUndefined();
  });

  test.each([
    ['zk://ann:secret@a:1/chroot', 'ann:secret'],
    ['ann:se@cr:et@a', 'ann:se@cr:et'],
  ])('%j carries credentials', (text, credentials) => {
    expect(parseConnectionString(text)).toMatchObject({ credentials, servers: [{ host: 'a' }] });
  });

  test.each([
    ['', 'server 1 is empty'],
    ['zk://', 'server 1 is empty'],
    ['a,,b', 'server 2 is empty'],
    ['a:0', 'the port of server 1'],
    ['a:65536', 'the port of server 1'],
    ['a:x', 'server 1 is not host:port'],
    ['::1', 'server 1 is not host:port'],
    ['http://a', 'server 1 is not host:port'],
    ['a b', 'server 1 is not host:port'],
    ['a//b', 'is no path'],
    ['a/../b', 'is no path'],
    ['ann@a', 'user:password'],
    [':secret@a', 'user:password'],
  ])('%j is refused', (text, message) => {
    expect(() => parseConnectionString(text)).toThrow(message);
    expect(() => parseConnectionString(text)).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
  });

  test('what was written comes back, whatever the servers', () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
    const host = fc.oneof(name, fc.ipV4(), fc.ipV6());
    const server = fc.record({ host, port: fc.integer({ min: 1, max: 65_535 }) });
    const path = fc.array(fc.stringMatching(/^[a-z]{1,8}$/)).map((names) => names.map((part) => `/${part}`).join(''));
    fc.assert(
      fc.property(fc.array(server, { minLength: 1 }), path, (servers, chroot) => {
        const text = `zk://ann:secret@${servers.map(serverLabel).join(' , ')}${chroot}`;

        expect(parseConnectionString(text)).toEqual({ servers, chroot, credentials: 'ann:secret' });
      }),
    );
  });

  test('no error shows a password, whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (before, after) => {
        const error = failureOf(`zk://ann:${before}sEcReT${before}@${after}`);

        expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toContain('sEcReT');
        expect(error === undefined || isOchoError(error, 'INVALID_INPUT')).toBe(true);
      }),
    );
  });
});

function failureOf(text: string): Error | undefined {
  try {
    parseConnectionString(text);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}
