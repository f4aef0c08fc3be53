import { appendFile, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

import { RawClient } from '../support/raw-client.ts';
import { done } from '../support/world.ts';
import { Random } from './random.ts';
import { ServerProcess } from './server-process.ts';
import { prepareStream, WriteStream } from './write-stream.ts';

const LOCK = '/lock';

export interface Crashes {
  readonly rounds: number;
  readonly seed: number;
  /** Told how many writes were acknowledged so far. */
  readonly onRound?: (round: number, acknowledged: number) => void;
}

/**
 * Kill a server under a stream of writes, again and again: after each restart it has every write that it acknowledged,
 * in the order in which they were sent, and nothing else but the next ones. A session that has an ephemeral goes on.
 *
 * @returns how many writes were acknowledged
 */
export async function crashAgainAndAgain({ rounds, seed, onRound }: Crashes): Promise<number> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-crashes-'));
  const random = new Random(seed);
  let server = await ServerProcess.start({ dataDir });
  try {
    let holder = await holderOfLock(server.port);
    let stream = new WriteStream(0);
    for (let round = 1; round <= rounds; round += 1) {
      await killWhileWriting(server, stream, random.below(1500));
      if (random.happens(0.3)) await tear(dataDir, random);
      server = await ServerProcess.start({ dataDir });
      holder = await resumed(server.port, holder);
      const looker = await RawClient.connect(server.port);
      stream = new WriteStream(await stream.countDone(looker));
      await done(looker.closeSession());
      onRound?.(round, stream.acknowledged);
    }
    await holder.drop();
    return stream.acknowledged;
  } finally {
    await server.kill();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function holderOfLock(port: number): Promise<RawClient> {
  const client = await RawClient.connect(port, { timeoutMs: 60_000 });
  await prepareStream(client);
  await done(client.create(LOCK, { flags: 1 }));
  return client;
}

async function killWhileWriting(server: ServerProcess, stream: WriteStream, writes: number): Promise<void> {
  const client = await RawClient.connect(server.port);
  const begun = stream.acknowledged;
  const running = stream.run(client);
  await vi.waitFor(() => expect(stream.acknowledged - begun).toBeGreaterThanOrEqual(writes), {
    timeout: 30_000,
    interval: 1,
  });
  await server.kill();
  await running;
}

/** The last log ends in half of something. */
async function tear(dataDir: string, random: Random): Promise<void> {
  const numbers = (await readdir(dataDir)).map((name) => /^log\.(\d+)$/.exec(name)?.[1]).filter(Boolean);
  const last = Math.max(...numbers.map(Number));
  await appendFile(join(dataDir, `log.${last}`), random.bytes(1 + random.below(100)));
}

/** The session goes on in another connection, and has its ephemeral. */
async function resumed(port: number, { session }: RawClient): Promise<RawClient> {
  const client = await RawClient.connect(port, { timeoutMs: 60_000, session });
  expect(client.sessionId).toBe(session.id);
  const { ephemeralOwner } = await done(client.exists(LOCK));
  expect(ephemeralOwner).toBe(session.id);
  return client;
}
