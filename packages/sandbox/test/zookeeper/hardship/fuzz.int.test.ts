import { once } from 'node:events';
import { connect } from 'node:net';
import process from 'node:process';
import { expect, onTestFailed, test } from 'vitest';
import { OPS } from '../support/protocol.ts';
import { RawClient } from '../support/raw-client.ts';
import { body } from '../support/requests.ts';
import { done } from '../support/world.ts';
import { Bystander } from './bystander.ts';
import { fuzz } from './fuzzing.ts';
import { ServerProcess } from './server-process.ts';

test('hostile connections disturb nobody and leave nothing behind', async () => {
  const seed = Number(process.env['OCHOPOD_SEED'] ?? Math.floor(performance.timeOrigin));
  onTestFailed(() => void process.stderr.write(`to do it again: OCHOPOD_SEED=${seed}\n`));
  const { worked } = await fuzz({ seed, attacks: 400, rounds: 1 });
  expect(worked).toBeGreaterThan(10);
});

test('a client that asks for much and reads nothing does not fill the memory', async () => {
  await using server = await ServerProcess.start({});
  const bystander = await Bystander.on(server.port);
  const writer = await RawClient.connect(server.port);
  await done(writer.create('/large', { data: 'x'.repeat(900_000) }));
  const before = await server.holding();

  const deaf = connect({ host: '127.0.0.1', port: server.port });
  deaf.pause();
  await once(deaf, 'connect');
  deaf.write(HANDSHAKE);
  for (let xid = 1; xid <= 2000; xid += 1) deaf.write(getLarge(xid));

  const working = bystander.work();
  const rounds = () => bystander.rounds;
  await expect.poll(rounds, { timeout: 30_000 }).toBeGreaterThan(200);
  expect((await server.holding()).bytes - before.bytes).toBeLessThan(64 * 2 ** 20);
  bystander.end();
  await working;
  deaf.destroy();
});

const HANDSHAKE = Buffer.alloc(48);
HANDSHAKE.writeInt32BE(44, 0);
HANDSHAKE.writeInt32BE(10_000, 16);
HANDSHAKE.writeInt32BE(16, 28);

function getLarge(xid: number): Buffer {
  const path = body('getData', { path: '/large' });
  const frame = Buffer.alloc(12 + path.length);
  frame.writeInt32BE(8 + path.length, 0);
  frame.writeInt32BE(xid, 4);
  frame.writeInt32BE(OPS.getData, 8);
  path.copy(frame, 12);
  return frame;
}
