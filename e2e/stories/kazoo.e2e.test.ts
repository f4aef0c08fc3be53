import { spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { systemClock } from 'ochopod-core';
import { connectSession, lead } from 'ochopod-core/zookeeper';
import { describe, expect, test } from 'vitest';

import { collect, missing, Stage } from '../support/stage.ts';

const PYTHON = '/usr/bin/python3';
const hasKazoo = spawnSync(PYTHON, ['-c', 'import kazoo']).status === 0;
const because = missing ?? (hasKazoo ? undefined : `${PYTHON} has no kazoo: apt-get install python3-kazoo`);
const title = because === undefined ? '' : ` (SKIPPED: ${because})`;

const PATH = '/ochopod/clusters/demo.web/coordinator';
const ROUNDS = 25;
const never = new AbortController().signal;

/** The clock that both processes share. */
const wallClockMs = () => performance.timeOrigin + performance.now();

interface Term {
  readonly who: string;
  readonly from: number;
  readonly to: number;
}

describe.skipIf(because)(`the lock of older agents${title}`, () => {
  test('is held by one at a time and handed over both ways', async () => {
    await using stage = await Stage.open();
    const terms = (await Promise.all([kazoo(stage), kazoo(stage), ours(stage, 'ann'), ours(stage, 'bob')])).flat();
    terms.sort((left, right) => left.from - right.from);

    expect(terms).toHaveLength(4 * ROUNDS);
    const overlaps = terms.filter((term, at) => at > 0 && term.from < (terms[at - 1] as Term).to);
    expect(overlaps).toEqual([]);
    const handovers = new Set(terms.slice(1).map((term, at) => `${terms[at]?.who} to ${term.who}`));
    expect([...handovers]).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^kazoo to (ann|bob)/),
        expect.stringMatching(/^(ann|bob) to kazoo/),
      ]),
    );
  });

  async function kazoo(stage: Stage): Promise<Term[]> {
    const program = join(import.meta.dirname, '..', 'programs', 'contend.py');
    const { stdout, stderr, code } = await collect(
      spawn(PYTHON, [program, `127.0.0.1:${stage.zookeeper.port}`, PATH, String(ROUNDS)], {
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
    expect(stderr + code).toBe('0');
    const times = [...stdout.matchAll(/(held|left) ([\d.]+)/g)].map(([, , at]) => Number(at));
    return Array.from({ length: times.length / 2 }, (_, at) => ({
      who: 'kazoo',
      from: times[2 * at] as number,
      to: times[2 * at + 1] as number,
    }));
  }

  async function ours(stage: Stage, who: string): Promise<Term[]> {
    const options = { servers: stage.zk, sessionTimeoutMs: 5000, connectTimeoutMs: 5000, clock: systemClock };
    const session = await connectSession(options, never);
    const terms: Term[] = [];
    const contender = randomUUID();
    for (let round = 0; round < ROUNDS; round += 1) {
      const task = async () => {
        const from = wallClockMs();
        await delay(20);
        terms.push({ who, from, to: wallClockMs() });
      };
      await lead({ session, path: PATH, contender, signal: never, task });
    }
    await session.close();
    return terms;
  }
});
