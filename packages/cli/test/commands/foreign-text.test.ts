import { OchoError } from 'ochopod-core';
import { FakeScheduler, fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { deploy } from '../support/applications.ts';
import { EVIL, obeyed } from '../support/evil.ts';
import { FakeSandboxes } from '../support/fake-sandboxes.ts';
import { ocho, words } from '../support/ocho.ts';

const registration = {
  ...{
    ip: EVIL,
    public: EVIL,
    node: EVIL,
    application: EVIL,
    task: EVIL,
    cluster: EVIL,
    namespace: EVIL,
    port: '8080',
  },
  ports: { 8080: 31_000, 6379: 32_000 },
  [EVIL]: EVIL,
};
const info = { status: EVIL, process: EVIL, state: EVIL, node: EVIL, metrics: { [EVIL]: EVIL } } as never;
const evil = fakePod('demo.web #1', {
  ...{ registration, info, log: [`${EVIL}\n`], exec: { code: 0, stdout: [EVIL] } },
});
const refusal = new OchoError(EVIL, { code: 'UNREACHABLE', hint: EVIL, details: { [EVIL]: EVIL } });

const COMMANDS = [
  ...['ls', 'grep', 'poll', 'info demo.web -i 1', 'port 6379', 'log demo.web', 'log demo.web -f -t 2s'],
  ...['exec demo.web --force shell', 'on demo.web --force', 'kill demo.web --force', 'signal demo.web --force'],
];
const OF_SCHEDULER = [
  'apps',
  'history demo.web',
  'scale demo.web -f @0 --force',
  'bump demo.web -v 2',
  'rollback demo.web',
];

describe('what others wrote forges no row and steers no terminal', () => {
  test.each(COMMANDS)('%s', async (line) => {
    const world = {
      pods: [evil, fakePod('demo.web #2', { habit: 'gone' })],
      problems: [{ cluster: 'demo.web', node: EVIL, reason: EVIL }],
      empty: [EVIL],
    };
    await showsNothingOf(words(line), world);
    await showsNothingOf(words(line), { pods: [], outage: refusal });
  });

  test.each(OF_SCHEDULER)('%s', async (line) => {
    const scheduler = new FakeScheduler();
    const spec = { env: { ochopod_cluster: 'web', ochopod_namespace: 'demo', [EVIL]: EVIL }, labels: { [EVIL]: EVIL } };
    await deploy(scheduler, EVIL, { image: `web:1${EVIL}`, spec });
    await showsNothingOf([...words(line), '--marathon', 'fake', '-t', '5s'], { pods: [evil], scheduler });
    const broken = new FakeScheduler({ outage: refusal });
    await showsNothingOf([...words(line), '--marathon', 'fake', '-t', '5s'], { pods: [evil], scheduler: broken });
  });

  test.each([
    ['deploy', `${EVIL}.yml`, '--marathon', 'fake'],
    ['deploy', 'web.yml', '--marathon', 'fake'],
    ['deploy', 'web.yml', '--dry-run'],
    ['validate', 'web.yml', `${EVIL}.yml`],
    ['explain', EVIL],
    ['sandbox', 'logs', EVIL],
    ['sandbox', 'status', '--name', EVIL],
    ['ls', `--${EVIL}`],
    ['log', 'demo.web', '-n', EVIL],
  ])('%s %j', async (...line) => {
    const quoted = JSON.stringify(EVIL);
    const files = { 'web.yml': `cluster: web\nimage: acme/web:1\nenv: { A: ${quoted}, ${quoted}: b }\n${quoted}: 1\n` };
    const world = { pods: [evil], scheduler: new FakeScheduler() };
    await showsNothingOf(line, world, { files, sandboxes: new FakeSandboxes() });
  });

  test('--raw passes colours to a terminal, and exactly what was printed to a pipe', async () => {
    const world = { pods: [evil] };
    for (const line of ['log demo.web --raw', 'exec demo.web --force --raw shell']) {
      expect((await ocho(words(line), world, { isTty: true })).out).toContain('\\x1b]0;owned\\x07\u001B[31m\\x9b2J');
      expect((await ocho(words(line), world)).out).toContain(EVIL);
    }
  });
});

type World = Parameters<typeof ocho>[1];

async function showsNothingOf(line: string[], world: World, options: Parameters<typeof ocho>[2] = {}): Promise<void> {
  for (const more of [[], ['--json'], ['--debug']]) {
    for (const isTty of [false, true]) {
      const { out, err } = await ocho([...line, ...more], world, { ...options, isTty });

      expect.soft({ line, more, isTty, out: obeyed(out), err: obeyed(err) }).toMatchObject({ out: [], err: [] });
    }
  }
}
