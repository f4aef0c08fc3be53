import { systemClock } from 'ochopod-core';
import { connectSession, type Session } from 'ochopod-core/zookeeper';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { FleetStage } from '../support/fleet-stage.ts';

/** Planted wherever a secret comes in; hold what passwords hold. */
const CANARY = 'cAnArY/1@2';
const FILE = `
cluster: web
image: acme/told:1
settings: {db_password: '${CANARY}', deep: [{apiKey: '${CANARY}'}], url: 'postgres://app:${CANARY}@db/orders'}
env: {SMTP_PASS: '${CANARY}', DATABASE_URL: 'mysql://app:${CANARY}@db/orders', ochopod_token: '${CANARY}'}
labels: {webhook_url: 'https://hooks.example.com/${CANARY}'}
`;
const LOOKS = [
  ...[
    'validate web.yml',
    'deploy web.yml --dry-run',
    'apps',
    'history demo.web',
    'ls',
    'grep',
    'info demo.web',
    'poll',
  ],
  ...['port 8080', 'log demo.web', 'sandbox status', 'sandbox logs'],
];
/** In their order. */
const CHANGES = [
  ...[
    'deploy changed.yml -n demo --update --strict',
    'rollback demo.web --strict',
    'history demo.web --output json',
    'bump demo.web --image acme/told:2',
  ],
  ...['scale demo.web -f @2', 'off demo.web --force', 'kill demo.web --force'],
];

describe('a secret of a deploy file', () => {
  let stage: FleetStage;

  beforeEach(async () => {
    stage = await FleetStage.open({ images: { 'acme/told:*': 'e2e/pods/told.js' } });
  });

  afterEach(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test('reaches the pod, and is neither in ZooKeeper nor in anything that is printed', async () => {
    stage.write('web.yml', FILE);
    stage.write('changed.yml', FILE.replaceAll(CANARY, `${CANARY}-again`));
    const told: string[] = [];
    const run = async (line: string) => {
      const { code, stdout, stderr } = await stage.ocho(...line.split(' '));
      told.push(`ocho ${line}\n${stdout}${stderr}`);
      expect.soft({ line, code }).toEqual({ line, code: 0 });
    };
    await run('deploy web.yml -n demo --strict -t 60s');
    expect(JSON.stringify(await stage.api('GET', '/v2/apps'))).toContain(CANARY);
    expect(await everythingIn(stage)).not.toContain(CANARY);
    for (const look of LOOKS) {
      await run(`${look} --debug`);
      await run(`${look} -j`);
    }
    for (const change of CHANGES) await run(`${change} -t 60s --debug`);
    expect(told.filter((text) => text.includes(CANARY))).toEqual([]);
    expect((await stage.ocho('deploy', 'web.yml', '--dry-run', '--show-secrets')).stdout).toContain(CANARY);
  });
});

/** All znodes with their data. */
async function everythingIn(stage: FleetStage): Promise<string> {
  const signal = AbortSignal.timeout(20_000);
  const options = { servers: stage.zookeeper, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock };
  const session = await connectSession(options, signal);
  const found = await below(session, '/ochopod', signal);
  await session.close();
  return found.join('\n');
}

async function below(session: Session, path: string, signal: AbortSignal): Promise<string[]> {
  const { data = '' } = (await session.get(path, signal)) ?? {};
  const children = (await session.children(path, signal)) ?? [];
  const deeper = await Promise.all(children.map((child) => below(session, `${path}/${child}`, signal)));
  return [`${path} ${data}`, ...deeper.flat()];
}
