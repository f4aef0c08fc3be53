import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import type { PodInfo, ProcessFacts } from 'ochopod-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, type PodProcess, Stage, titled } from '../support/stage.ts';

const program = (name: string, ...args: string[]): string[] => [
  process.execPath,
  join(import.meta.dirname, '..', 'programs', `${name}.js`),
  ...args,
];

describe.skipIf(missing)(titled('the supervised process'), () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('that ends with 0 has done its job: the pod is dead and stays listed', async () => {
    const pod = start('done', { command: program('exits', '0') });
    await eventually('it is dead', async () => (await processOf(pod)) === 'dead');

    expect(pod.recorded.at(-1)?.event).toBe('finalized');
    expect(pod.output).toMatch(/code=0|exit.* 0/);
    expect((await stage.ocho('log', pod.name, '-i', '0')).stdout).toContain('dead');
  });

  test.each([
    ['ends with 3', 'failing', ['exits', '3'], /code=3/],
    ['is ended by a signal', 'signalled', ['exits', 'SIGKILL'], /signal=SIGKILL/],
  ])('that %s is started again, later each time, and the log tells why', async (_what, ...[cluster, args, line]) => {
    const pod = start(cluster, { command: program(args[0] as string, args[1] as string) });
    await eventually('three starts', () => (pod.output.match(/process started/g)?.length ?? 0) >= 3);

    expect(pod.output).toMatch(line);
    expect(pod.output).not.toContain('pod finalized');
  });

  test('that crashes over and over shows as a crash loop, and is started again all the same', async () => {
    const pod = start('crashing', {
      command: program('exits', '3'),
      model: { checks: 1, checkEvery: 1 },
    });
    await eventually('it is a loop', async () => (await factsOf(pod)).failing?.loop === true, 30_000);

    expect(await factsOf(pod)).toMatchObject({
      trouble: expect.stringMatching(/^crash loop: \d+ failures in a row since .*exited with code 3/),
      lastEnd: { how: 'crashed', code: 3 },
    });
    expect(pod.output).not.toContain('sanity check failed');
    const ready = await fetch(`http://127.0.0.1:${pod.port}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ message: expect.stringContaining('crash loop') });
    expect(await (await fetch(`http://127.0.0.1:${pod.port}/metrics`)).text()).toContain('ochopod_crash_loop 1');
  });

  test('that crashed once is started again and left alone', async () => {
    const pod = start('once', { command: program('runs-forever'), model: { checks: 1, checkEvery: 1 } });
    await eventually('it runs', async () => (await processOf(pod)) === 'running');

    process.kill(pod.pid as number, 'SIGKILL');
    await eventually('it runs again', async () => {
      const { restarts } = await factsOf(pod);
      return restarts === 1 && (await processOf(pod)) === 'running';
    });
    const checks = () => pod.recorded.filter(({ event }) => event === 'sanity').length;
    const before = checks();
    await eventually('it was found well', () => checks() >= before + 3);

    expect(await factsOf(pod)).toMatchObject({ restarts: 1, lastEnd: { how: 'crashed', signal: 'SIGKILL' } });
    expect((await fetch(`http://127.0.0.1:${pod.port}/readyz`)).status).toBe(200);
  });

  test('that is not there is a refusal with a reason, and the pod gives up', async () => {
    const pod = start('missing', { command: ['/no/such/program'] });
    await eventually('it is dead', async () => (await processOf(pod)) === 'dead', 30_000);

    expect(pod.output).toContain('/no/such/program');
  });

  test('is gone after off with its grandchildren, even those that ignore SIGTERM', async () => {
    const pod = start('family', {
      command: program('leaves-children', join(stage.directory, 'children.json')),
      process: { grace: 1, pipeSubprocess: true },
    });
    await eventually('it runs', async () => (await processOf(pod)) === 'running');
    const head = pod.pid as number;
    const file = join(stage.directory, 'children.json');
    const children = await eventually(
      'its children run',
      () => existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as number[]),
    );
    const family = [head, ...children];
    for (const pid of family) expect(isAlive(pid), `${pid} runs`).toBe(true);
    expect(await stage.json('off', pod.name, '-i', '0')).toMatchObject({ [pod.name]: { ok: true } });

    for (const pid of family) expect(isAlive(pid), `${pid} still runs`).toBe(false);
  });

  test('that floods its output costs neither the agent nor its log', { timeout: 180_000 }, async () => {
    const pod = start('flood', { command: program('floods', '100'), process: { pipeSubprocess: true } });
    await eventually('the flood is over', () => pod.output.includes('flood over'), 150_000);

    const { stdout, code } = await stage.ocho('log', pod.name, '-i', '0', '-l');
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(10_000_000);
    expect(stdout).toMatch(/dropped/);
  });

  const start = (cluster: string, settings: object): PodProcess => stage.start({ cluster, settings });

  async function processOf(pod: PodProcess): Promise<string | undefined> {
    return (await stage.json('grep', pod.name))[`${pod.name} #0`]?.process;
  }

  async function factsOf(pod: PodProcess): Promise<ProcessFacts> {
    if (pod.port === undefined) return {};
    const answer = await fetch(`http://127.0.0.1:${pod.port}/info`, { method: 'POST' });
    return (await answer.json()) as PodInfo;
  }

  function isAlive(pid: number): boolean {
    const state = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout.trim();
    return state !== '' && !state.startsWith('Z');
  }
});
