import { appendFile, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, vi } from 'vitest';

import { LOG_HEADER_BYTES } from '../../../src/zookeeper/storage/format.ts';
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

export interface Survived {
  readonly acknowledged: number;
  readonly snapshots: number;
}

/**
 * Kill a server under a stream of writes, again and again: after each restart it has every write that it acknowledged,
 * in the order in which they were sent, and nothing else but the next ones. A session that has an ephemeral goes on.
 * Every other time the last log ends in half of something.
 */
export async function crashAgainAndAgain({ rounds, seed, onRound }: Crashes): Promise<Survived> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-crashes-'));
  const random = new Random(seed);
  let server: ServerProcess | undefined;
  try {
    server = await ServerProcess.start({ dataDir });
    let holder = await holderOfLock(server.port);
    let stream = new WriteStream(0);
    for (let round = 1; round <= rounds; round += 1) {
      await killWhileWriting(server, stream, 500 + random.below(1000));
      if (round % 2 === 0) await tear(dataDir, random);
      server = await ServerProcess.start({ dataDir });
      holder = await resumed(server.port, holder);
      const looker = await RawClient.connect(server.port);
      stream = new WriteStream(await stream.countDone(looker));
      await done(looker.closeSession());
      onRound?.(round, stream.acknowledged);
    }
    await holder.drop();
    return { acknowledged: stream.acknowledged, snapshots: (await latest(dataDir, 'snapshot')) - 1 };
  } finally {
    await server?.kill();
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

/** Frames follow when the header is on disk: of a log without it there is never more than a part of that. */
async function tear(dataDir: string, random: Random): Promise<void> {
  const log = join(dataDir, `log.${await latest(dataDir, 'log')}`);
  const { size } = await stat(log);
  const most = size < LOG_HEADER_BYTES ? LOG_HEADER_BYTES - size : 100;
  await appendFile(log, random.bytes(1 + random.below(most)));
}

/** The highest number of a kind of files; 1 where there is none. */
async function latest(dataDir: string, kind: 'log' | 'snapshot'): Promise<number> {
  const numbers = (await readdir(dataDir)).map((name) => Number(new RegExp(`^${kind}\\.(\\d+)$`).exec(name)?.[1] ?? 1));
  return Math.max(...numbers);
}

/** The session goes on in another connection, and has its ephemeral. */
async function resumed(port: number, { session }: RawClient): Promise<RawClient> {
  const client = await RawClient.connect(port, { timeoutMs: 60_000, session });
  expect(client.sessionId).toBe(session.id);
  const { ephemeralOwner } = await done(client.exists(LOCK));
  expect(ephemeralOwner).toBe(session.id);
  return client;
}
