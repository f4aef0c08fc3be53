import { fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

const HUNG = 60_000;
const WORLD = {
  pods: [
    fakePod('demo.db #0', { info: { state: 'leader', status: 'all is well' } }),
    fakePod('demo.web #1', { afterMs: HUNG }),
    fakePod('demo.web #2', { info: { state: 'leader', status: 'two' } }),
    fakePod('demo.web #3', { afterMs: 2000 }),
  ],
};

/** What was written on a terminal, and after how many seconds. */
async function watched(line: string, world = WORLD) {
  const written: string[] = [];
  const ran = await ocho(words(line), world, {
    isTty: true,
    onWrite: (text, atMs) =>
      void written.push(
        ...text
          .split('\n')
          .filter(Boolean)
          .map((row) => `${atMs / 1000} s: ${row}`),
      ),
  });
  return { ...ran, written };
}

describe('a pod that hangs', () => {
  test('holds back no row but its own on a terminal, and that for a third of the time', async () => {
    const { written, code, out } = await watched('grep');

    expect(written.map((row) => row.replace(/ {2,}/g, '  ').trimEnd()).slice(0, 5)).toEqual([
      '0.5 s: pod  pod IP  node  process  state  error',
      '0.5 s: demo.db #0  10.0.0.0  node-1  running  leader',
      '0.5 s: demo.web #2  10.0.0.2  node-1  running  leader',
      '2 s: demo.web #3  10.0.0.3  node-1  running  follower',
      '5 s: demo.web #1  10.0.0.1  node-1  TIMEOUT: demo.web #1 is late',
    ]);
    expect(out.match(/^demo\.\w+ #\d/gm)).toHaveLength(4);
    expect(code).toBe(5);
  });

  test('holds back no metrics but its own', async () => {
    const { written } = await watched('poll');

    expect(written.map((row) => row.replace(/ {2,}/g, '  ').trimEnd()).slice(0, 5)).toEqual([
      '0.5 s: pod  metrics  error',
      '0.5 s: demo.db #0  {"load":0}',
      '0.5 s: demo.web #2  {"load":2}',
      '2 s: demo.web #3  {"load":3}',
      '5 s: demo.web #1  TIMEOUT: demo.web #1 is late',
    ]);
  });

  test('holds back its own cluster only', async () => {
    const { written } = await watched('ls');

    expect(written[1]).toMatch(/^0.5 s: demo.db +1\/1 +all is well/);
    expect(written[2]).toMatch(/^5 s: demo.web +2\/3 +two +#1: TIMEOUT/);
  });

  test('changes nothing of what a program reads: all rows, at the end, in order', async () => {
    const { out } = await ocho(words('grep -j'), WORLD);
    expect(Object.keys(JSON.parse(out))).toEqual(['demo.db #0', 'demo.web #1', 'demo.web #2', 'demo.web #3']);
    const tsv = await ocho(words('ls'), WORLD);
    expect(tsv.out.split('\n').map((row) => row.split('\t')[0])).toEqual(['demo.db', 'demo.web', '']);
  });

  test('does not keep info of another waiting, once a leader is known', async () => {
    const { written } = await watched('info demo.web -i 2');

    expect(written[0]).toMatch(/^0 s: /);
  });
});

// Whatever the runtime has to say about it is a failure of the test.
test.each([
  ...['ls', 'grep', 'poll', 'info demo.web -i 3', 'log demo.web', 'log -f -t 3s demo.web', 'port 8080 demo.web'],
  ...[
    'exec demo.web --force -- greet',
    'off demo.web --force',
    'on demo.web --force',
    'signal demo.web --force',
    'reset demo.web --force',
  ],
])('%s is at home with thirty pods', async (line) => {
  const pods = Array.from({ length: 30 }, (_, seq) => fakePod(`demo.web #${seq}`, { afterMs: 5 }));

  expect(await ocho(words(line), { pods })).toMatchObject({ code: 0, err: '' });
});

test('thirty pods are a table in order, whoever answers first', async () => {
  const pods = Array.from({ length: 30 }, (_, seq) => fakePod(`demo.web #${seq}`, { afterMs: 400 - 10 * seq }));
  const { out } = await ocho(words('grep'), { pods }, { isTty: true });

  expect(out.match(/#\d+/g)).toEqual(pods.map(({ seq }) => `#${seq}`));
});

test.each([
  ['chroot', 3, 'the chroot of the connection string is not there in ZooKeeper'],
  ['clusters', 0, 'no pod was ever registered in this ZooKeeper, or below this chroot'],
] as const)('a ZooKeeper without a %s of ours is told from one without pods', async (absent, code, message) => {
  const ran = await ocho(words('ls'), { pods: [], listing: { absent } });

  expect(ran).toMatchObject({ out: '', code, err: expect.stringContaining(message) });
});
