import { beforeEach, describe, expect, test } from 'vitest';

import { JuteWriter } from '../support/jute.ts';
import { OPS } from '../support/protocol.ts';
import type { RawClient } from '../support/raw-client.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { done, errorOf, type ServerUnderTest, worldOf } from '../support/world.ts';

/** `jute.maxbuffer`: the most that a frame may have. */
const MOST = 0xfffff;
/** What a `setData` has in its frame beyond the path and the data: header, two lengths, the version. */
const AROUND = 8 + 4 + 4 + 4;

export function describeLimits(server: () => ServerUnderTest): void {
  describe('limits', () => {
    const world = worldOf(server);
    let bystander: RawClient;

    beforeEach(async () => {
      bystander = await world.connect();
    });

    test('a frame may have a mebibyte less one byte', async () => {
      const ann = await world.connect({ root: '' });
      const data = new Uint8Array(MOST - AROUND - world.root.length).fill(97);
      await done(ann.setData(world.root, data));

      expect(await done(bystander.exists('/'))).toMatchObject({ dataLength: data.length });
    });

    test('a frame of more closes the connection; its session goes on, and nobody else is disturbed', async () => {
      const ann = await world.connect({ root: '' });
      const data = new Uint8Array(MOST - AROUND - world.root.length + 1);

      await expect(ann.setData(world.root, data)).rejects.toThrow('closed before setData');
      expect(await done(bystander.exists('/'))).toMatchObject({ version: 0 });
      expect((await world.connect({ session: ann.session })).sessionId).toBe(ann.sessionId);
    });

    test('what was stored can be read again, also when it is more with its Stat than a frame may have', async () => {
      const ann = await world.connect();
      const data = 'x'.repeat(MOST - AROUND - world.root.length);
      await done(ann.setData('/', data));

      expect((await done(ann.getData('/'))).data?.length).toBe(data.length);
    });

    describe('what cannot be a path', () => {
      test.each(['/a/', '/a/.', '/a/..', '/a\u0000', '/a\u0001', '/a\u001f', '/a\u007f', '/a\ufffd'])(
        '%j is BadArguments to create',
        async (path) => {
          const ann = await world.connect();
          if (path.lastIndexOf('/') > 0) await ann.create(path.slice(0, path.lastIndexOf('/')));

          expect(await errorOf(ann.create(path))).toBe('BadArguments');
        },
      );

      test.each(['', 'a', '//a'])('%j is BadArguments to create', async (path) => {
        const ann = await world.connect({ root: '' });

        expect(await errorOf(ann.create(path))).toBe('BadArguments');
      });

      test.each(['a/b', '/a//b', '/a/./b'])('%j is NoNode to create: its parent is looked for first', async (path) => {
        const ann = await world.connect({ root: '' });

        expect(await errorOf(ann.create(path))).toBe('NoNode');
      });

      test('is NoNode to read, also when it is nothing', async () => {
        const ann = await world.connect({ root: '' });

        expect(await errorOf(ann.getData('/a/'))).toBe('NoNode');
        expect(await errorOf(ann.exists('a'))).toBe('NoNode');
        expect(await errorOf(ann.exists('//'))).toBe('NoNode');
        expect(await errorOf(ann.children('/a//b'))).toBe('NoNode');
      });

      test('is BadArguments to write, and to delete where it has no slash', async () => {
        const ann = await world.connect({ root: '' });

        expect(await errorOf(ann.setData('a', ''))).toBe('BadArguments');
        expect(await errorOf(ann.delete('a'))).toBe('BadArguments');
        expect(await errorOf(ann.delete('/a//b'))).toBe('NoNode');
        expect(await errorOf(ann.setAcl('a/', [{ perms: 31, scheme: 'world', id: 'anyone' }]))).toBe('BadArguments');
      });
    });

    describe('a request that cannot be understood', () => {
      test.each([999, 50, -1, 0])(
        '%i, an operation that there is not: Unimplemented, and the end of the connection',
        async (code) => {
          const ann = await world.connect();

          expect((await ann.raw(code, Buffer.alloc(0))).error).toBe('Unimplemented');
          await ann.connection.closed;
        },
      );

      test('to change the ensemble: there is only this server', async () => {
        const ann = await world.connect();
        const bytes = new JuteWriter().string('').string('').string('').long(-1n).bytes();

        expect((await ann.raw(OPS.reconfig, bytes)).error).toBe('ReconfigDisabled');
      });

      test('a body that ends early: MarshallingError', async () => {
        const ann = await world.connect();
        const [read, write] = [
          ann.raw(OPS.getData, new JuteWriter().int(100).bytes()),
          ann.raw(OPS.setData, new JuteWriter().int(100).bytes()),
        ];

        expect([(await read).error, (await write).error]).toEqual(['MarshallingError', 'MarshallingError']);
        expect(await errorOf(ann.exists('/'))).toBe('ok');
      });

      test('a path of a negative length or of more than there is: MarshallingError', async () => {
        const ann = await world.connect();

        expect((await ann.raw(OPS.exists, new JuteWriter().int(-2).bool(false).bytes())).error).toBe(
          'MarshallingError',
        );
        expect((await ann.raw(OPS.exists, new JuteWriter().int(0x7fffffff).bool(false).bytes())).error).toBe(
          'MarshallingError',
        );
      });

      test('a check outside of a transaction', async () => {
        const ann = await world.connect();
        const reply = await ann.raw(OPS.check, new JuteWriter().string(world.root).int(7).bytes());

        expect(reply.error).toBe('BadVersion');
      });
    });

    describe('bytes that are no frame close the connection, and disturb nobody else', () => {
      test.each([
        ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xfe])],
        ['a length of gigabytes', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
        ['a request to connect of no bytes', Buffer.from([0, 0, 0, 0])],
        ['a request to connect of few bytes', Buffer.from([0, 0, 0, 4, 0, 0, 0, 0])],
        ['a request to connect with a password of gigabytes', hugePassword()],
        ['words of another protocol', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
      ])('%s at the beginning', async (_, bytes) => {
        const connection = await RawConnection.open(world.port);
        connection.send(bytes);

        await connection.closed;
        expect(await errorOf(bystander.exists('/'))).toBe('ok');
      });

      test.each([
        ['a negative length', Buffer.from([0xff, 0xff, 0xff, 0xfe])],
        ['a length of gigabytes', Buffer.from([0x7f, 0xff, 0xff, 0xff])],
        ['a frame without a header', Buffer.from([0, 0, 0, 2, 0, 0])],
      ])('%s in a session', async (_, bytes) => {
        const ann = await world.connect();
        ann.connection.send(bytes);

        await ann.connection.closed;
        expect(await errorOf(bystander.exists('/'))).toBe('ok');
        expect((await world.connect({ session: ann.session })).sessionId).toBe(ann.sessionId);
      });
    });

    test('a frame may come byte by byte', async () => {
      const ann = await world.connect();
      const path = Buffer.from(world.root);
      const frame = new JuteWriter().int(0).int(77).int(OPS.exists).buffer(path).bool(false).bytes();
      frame.writeInt32BE(frame.length - 4);
      for (const byte of frame) ann.connection.send(Buffer.from([byte]));
      await done(ann.exists('/'));

      expect(ann.arrivals).toEqual(['a reply to 77, which nobody asked', 'exists ok']);
    });
  });
}

function hugePassword(): Buffer {
  const request = new JuteWriter().int(40).int(0).long(0n).int(60_000).long(0n).int(0x7fffffff).bytes();
  return Buffer.concat([request, Buffer.alloc(12)]);
}
