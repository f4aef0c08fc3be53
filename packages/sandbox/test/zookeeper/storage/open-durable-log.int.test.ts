import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { openDurableLog } from '../../../src/zookeeper/storage/open-durable-log.ts';

let directory: string;

beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'durable-log-')), 'data');
});

afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

async function load() {
  const log = await openDurableLog({ directory, snapshotEveryBytes: 100_000 });
  const { snapshot, records } = await log.load();
  const kept = records.map((record) => Buffer.from(record).toString());
  return { log, kept, state: snapshot === undefined ? undefined : Buffer.from(snapshot).toString() };
}

describe('a durable log in files', () => {
  test('is there again after its end, with snapshots and without', async () => {
    const first = await load();
    for (let index = 0; index < 5; index += 1) await first.log.append(Buffer.from(`${index}`));
    await first.log.close();

    const second = await load();
    expect(second.kept).toEqual(['0', '1', '2', '3', '4']);
    await second.log.snapshot(Buffer.from('so far'));
    await second.log.append(Buffer.from('more'));
    await second.log.close();
    expect((await readdir(directory)).sort()).toEqual(['log.2', 'snapshot.2']);

    const third = await load();
    expect(third).toMatchObject({ state: 'so far', kept: ['more'] });
    await third.log.close();
  });

  test('keeps thousands of records that come at once, and its files for its owner', async () => {
    const { log } = await load();
    const record = Buffer.alloc(100, 'x');
    await Promise.all(Array.from({ length: 20_000 }, () => log.append(record)));
    expect(log.isSnapshotDue).toBe(true);
    await log.close();
    expect((await stat(join(directory, 'log.1'))).mode & 0o777).toBe(0o600);
    const { log: again, kept } = await load();
    expect(kept).toHaveLength(20_000);
    await again.close();
  });

  test('a torn tail is cut off, and what is appended then follows the last whole record', async () => {
    const { log } = await load();
    await log.append(Buffer.from('whole'));
    await log.close();
    await appendFile(join(directory, 'log.1'), (await readFile(join(directory, 'log.1'))).subarray(16, 30));
    const second = await load();
    expect(second.kept).toEqual(['whole']);
    await second.log.append(Buffer.from('next'));
    await second.log.close();
    const third = await load();
    expect(third.kept).toEqual(['whole', 'next']);
    await third.log.close();
  });

  test('damage elsewhere is refused by file and place, and the directory is free then', async () => {
    const { log } = await load();
    await log.append(Buffer.from('first'));
    await log.append(Buffer.from('second'));
    await log.close();
    const bytes = await readFile(join(directory, 'log.1'));
    await writeFile(join(directory, 'log.1'), Buffer.from(bytes).fill('?', 33, 34));
    await expect(load()).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      details: { file: 'log.1', offset: 16 },
    });
    await writeFile(join(directory, 'log.1'), bytes);
    const { log: mended, kept } = await load();
    expect(kept).toEqual(['first', 'second']);
    await mended.close();
  });

  test('where there can be no directory, it says so', async () => {
    await writeFile(join(directory, '..', 'file'), '');
    const inFile = openDurableLog({ directory: join(directory, '..', 'file', 'data') });
    await expect(inFile).rejects.toThrow(/^cannot use .*: ENOTDIR/);
  });
});

describe('its directory', () => {
  test('is for one at a time, also within a process', async () => {
    const { log } = await load();
    await expect(load()).rejects.toMatchObject({ code: 'CONFLICT', details: { pid: process.pid } });
    await log.close();
    const again = await load();
    await again.log.close();
  });

  test('another process that lives keeps it; one that died does not', async () => {
    await (await load()).log.close();
    const owner = spawn('sleep', ['60']);
    await once(owner, 'spawn');
    const facts = await readFile(`/proc/${owner.pid}/stat`, 'utf8');
    const startTicks = facts.slice(facts.lastIndexOf(')') + 2).split(' ')[19];
    await writeFile(join(directory, 'lock'), JSON.stringify({ pid: owner.pid, startTicks }));
    await expect(load()).rejects.toThrow(`process ${owner.pid} uses ${directory}`);
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    await (await load()).log.close();
  });

  test.each([
    ['whose number another process has now', JSON.stringify({ pid: process.pid, startTicks: '1' })],
    ['who wrote something else', 'rubbish'],
  ])('is taken from one %s', async (_who, text) => {
    await (await load()).log.close();
    await writeFile(join(directory, 'lock'), text);
    await (await load()).log.close();
    expect(await readdir(directory)).toEqual(['log.1']);
  });

  test('of many who want it at once from one that died, one gets it', async () => {
    await (await load()).log.close();
    await writeFile(join(directory, 'lock'), JSON.stringify({ pid: process.pid, startTicks: '1' }));
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, load));
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners).toHaveLength(1);
    await winners[0]?.value.log.close();
  });
});
