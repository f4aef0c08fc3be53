import { expect, test } from 'vitest';
import { systemClock } from '../../../src/waiting/clock.ts';
import { parseConnectionString } from '../../../src/zookeeper/connection-string.ts';
import { HardenedConnection } from '../../../src/zookeeper/nzc/hardened-connection.ts';
import { exists } from '../../../src/zookeeper/nzc/requests.ts';
import { FakeServer } from '../fake-server.ts';

test('request numbers start again before they overflow', async () => {
  await using server = await FakeServer.start();

  const xids = await numbersAround(server, 0x7fff_fffe);

  expect(xids).toEqual([0x7fff_fffe, 0x7fff_ffff, 1, 2]);
});

/** Numbers of four requests, the first of them `first`. */
async function numbersAround(server: FakeServer, first: number): Promise<number[]> {
  const nothing = () => undefined;
  const to = parseConnectionString(`127.0.0.1:${server.port}`);
  const xids: number[] = [];
  await new Promise<void>((resolve) => {
    const connection = new HardenedConnection(
      { to, sessionTimeoutMs: 2_000, clock: systemClock },
      {
        negotiated: nothing,
        sent: nothing,
        answered: nothing,
        beforeActing: nothing,
        disconnected: nothing,
        refused: nothing,
        ready: () => {
          connection.xid = first;
          for (let count = 1; count <= 4; count += 1) {
            const question = exists('/', false);
            const answered = () => {
              xids.push(question.request.header.xid);
              if (count === 4) resolve(connection.closeSession(1_000));
            };
            connection.ask(question, { resend: true, onAnswer: answered, onRefusal: answered });
          }
        },
      },
    );
    connection.connect();
  });
  return xids;
}
