import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { setTimeout as delay } from 'node:timers/promises';

import { systemClock } from 'ochopod-core';
import { connectSession } from 'ochopod-core/zookeeper';

import type { Line } from '../lab/line.ts';
import { OCHO, PLAIN_ENV } from '../lab/places.ts';

const TASKS = 200;
const EVERY_MS = 20;
const WITHIN_MS = 120_000;
const APP = { id: '/bench', cmd: 'exec sleep 1000', cpus: 0.01, mem: 8, instances: TASKS };

/** Whether the sandbox still answers while it starts and kills many tasks at once, and keeps the sessions of its ZooKeeper. */
export async function* sandboxTasks(): AsyncGenerator<Line> {
  const home = mkdtempSync(join(tmpdir(), 'ochopod-bench-'));
  try {
    const { marathon, zookeeper } = JSON.parse(ocho(home, 'up', '--detach', '-j'));
    const options = { servers: zookeeper, sessionTimeoutMs: 5000, connectTimeoutMs: 5000, clock: systemClock };
    const session = await connectSession(options, AbortSignal.timeout(WITHIN_MS));
    const apps = `http://${marathon}/v2/apps`;
    const changes: readonly (readonly [string, number, () => Promise<Response>])[] = [
      ['deployed', TASKS, () => send(apps, 'POST', APP)],
      ['scaled to half of them', TASKS / 2, () => send(`${apps}/bench?force=true`, 'PUT', { instances: TASKS / 2 })],
      ['scaled to all of them again', TASKS, () => send(`${apps}/bench?force=true`, 'PUT', { instances: TASKS })],
      ['killed with their application', 0, () => send(`${apps}/bench?force=true`, 'DELETE')],
    ];
    for (const [what, running, change] of changes) yield await answered(marathon, { what, running, change });
    if (session.lost.aborted) throw new Error('a session of 5 s did not live through it');
    await session.close();
  } finally {
    ocho(home, 'down');
    rmSync(home, { recursive: true });
  }
}

interface Change {
  readonly what: string;
  /** How many tasks run once it is done. */
  readonly running: number;
  readonly change: () => Promise<Response>;
}

async function answered(marathon: string, { what, running, change }: Change): Promise<Line> {
  const begun = performance.now();
  const samples: number[] = [];
  const changed = change();
  for (let found = -1; found !== running; ) {
    if (performance.now() - begun > WITHIN_MS) throw new Error(`never ${what}: ${samples.length} answers`);
    const asked = performance.now();
    const answer = await fetch(`http://${marathon}/v2/tasks`, { headers: { accept: 'application/json' } });
    const { tasks } = (await answer.json()) as { readonly tasks: readonly { readonly state: string }[] };
    samples.push(performance.now() - asked);
    found = tasks.every(({ state }) => state === 'TASK_RUNNING') ? tasks.length : -1;
    await delay(EVERY_MS);
  }
  const { status } = await changed;
  if (status >= 300) throw new Error(`${what}: ${status}`);
  return {
    what: `${TASKS} tasks of the sandbox are ${what}: its longest answer about all tasks meanwhile`,
    ...{ original: '', aim: 'under 500 ms', unit: 'ms', ours: [Math.max(...samples)] },
    remark: `${samples.length} answers in ${((performance.now() - begun) / 1000).toFixed(1)} s; a session of 5 s lives`,
  };
}

function send(url: string, method: string, body?: unknown): Promise<Response> {
  const json = body === undefined ? {} : { body: JSON.stringify(body) };
  return fetch(url, { method, headers: { 'content-type': 'application/json' }, ...json });
}

function ocho(home: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [OCHO, 'sandbox', ...args], {
    env: { ...PLAIN_ENV, HOME: home },
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`ocho sandbox ${args.join(' ')} failed: ${stdout}${stderr}`);
  return stdout;
}
