import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { PodScript } from '../../src/script/pod-script.ts';
import { eventually, isAlive, program, RealPod } from '../support/real-pod.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ochopod-test-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

describe('off', () => {
  test('ends a process that ends when asked to', async () => {
    await using t = new RealPod(running('runs-forever'));
    await t.on();
    const pid = pidOf(await t.says('process started'));

    await t.off();

    expect(await isAlive(pid)).toBe(false);
    expect(await t.says('process stopped')).toContain('outcome=ended');
  });

  test('kills one that does not', async () => {
    await using t = new RealPod({
      ...running('ignores-sigterm'),
      process: { grace: 0.3, pipeSubprocess: true },
    });
    await t.on();
    const pid = pidOf(await t.says('process started'));
    await t.says(`ready ${pid}`);

    await t.off();

    expect(await isAlive(pid)).toBe(false);
    expect(await t.says('process stopped')).toContain('outcome=killed');
  });

  test('leaves no grandchild, also none that made itself a daemon', async () => {
    const file = join(directory, 'pids');
    await using t = new RealPod({ ...running('leaves-children', file), process: { grace: 0.5 } });
    await t.on();
    const pids = await pidsIn(file);
    expect(await Promise.all(pids.map(isAlive))).toEqual([true, true]);

    await t.off();

    expect(await Promise.all(pids.map(isAlive))).toEqual([false, false]);
    // Nobody may ever reap them: what waits for that is as good as gone.
    expect(await t.says('process stopped')).toContain('outcome=killed');
  });
});

describe('a process that ends by itself', () => {
  test('with 0 makes the pod idle, and takes what it left with it', async () => {
    const file = join(directory, 'pids');
    await using t = new RealPod({ ...running('leaves-children', file, '0'), process: { grace: 0.3 } });

    await t.on();
    await eventually(() => t.pod.process === 'dead', 'a dead pod');

    expect(await Promise.all((await pidsIn(file)).map(isAlive))).toEqual([false, false]);
  });

  test.each([
    ['3', 'code=3'],
    ['SIGKILL', 'signal=SIGKILL'],
  ])('in another way (%s) is started again', async (how, told) => {
    await using t = new RealPod(running('exits', how));
    await t.on();

    expect(await t.says('process ended')).toContain(told);
    await eventually(() => t.pod.counters.restarts === 1, 'a restart');
  });

  test('again and again does not make the agent spin', async () => {
    await using t = new RealPod(running('crash-loop'));
    await t.on();

    await eventually(() => t.pod.counters.restarts === 2, 'two restarts');

    const waits = t.lines.filter((line) => line.includes('restart scheduled'));
    expect(waits.map((line) => / ms=(\d+)/.exec(line)?.[1]).slice(0, 2)).toEqual(['1000', '2000']);
  });
});

describe('a program that cannot be started', () => {
  test('for it is missing fails the configuration with that reason', async () => {
    await using t = new RealPod({ configure: () => ({ command: ['/no/such/program'] }) });

    await expect(t.on()).rejects.toMatchObject({
      code: 'POD_REFUSED',
      message: 'cannot start "/no/such/program": there is no such executable',
    });
    expect(t.pod.process).toBe('stopped');
  });

  test('for its directory is missing says so', async () => {
    await using t = new RealPod({ ...running('runs-forever'), process: { cwd: '/no/such/directory' } });

    await expect(t.on()).rejects.toMatchObject({ message: expect.stringContaining('no directory /no/such/directory') });
  });
});

describe('piped output', () => {
  test('of 100 MB is thinned out and counted, and the agent stays well', async () => {
    await using t = new RealPod({ ...running('floods', '100'), process: { pipeSubprocess: true } });
    const before = process.memoryUsage().rss;

    await t.on();
    await t.says('flood over');

    const dropped = t.lines.flatMap((line) => / lines=(\d+)/.exec(line)?.[1] ?? []).map(Number);
    const kept = t.lines.filter((line) => line.includes('process : xxx')).length;
    expect(kept + dropped.reduce((sum, lines) => sum + lines, 0)).toBe(1_310_700);
    expect(process.memoryUsage().rss - before).toBeLessThan(100 * 1024 * 1024);
  });

  test('in one line without end is cut', async () => {
    await using t = new RealPod({ ...running('long-line'), process: { pipeSubprocess: true } });

    await t.on();
    await t.says('line over');

    expect(Math.max(...t.lines.map((line) => line.length))).toBeLessThan(9000);
  });
});

test('a command line goes through the shell when asked for', async () => {
  await using t = new RealPod({
    configure: () => ({ command: 'echo "$GREETING" | tr a-z A-Z; sleep 1000', env: { GREETING: 'hello' } }),
    process: { shell: true, pipeSubprocess: true },
  });

  await t.on();

  expect(await t.says('HELLO')).toContain('process : HELLO');
});

function running(name: string, ...args: string[]): PodScript {
  return { configure: () => ({ command: [process.execPath, program(name), ...args] }) };
}

function pidOf(line: string): number {
  return Number(/pid=(\d+)/.exec(line)?.[1]);
}

async function pidsIn(file: string): Promise<number[]> {
  return eventually(async () => {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as number[]);
  }, file);
}
