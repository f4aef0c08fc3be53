import { OchoError } from 'ochopod-core';
import { FakeScheduler, fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { deploy, redeploy, WEB } from '../support/applications.ts';
import { ocho, words } from '../support/ocho.ts';

/** What nobody is to see, in each disguise. */
const TOLD = [
  'cannot reach redis://:h/u@hunter2@cache.example/0',
  'DB_PASS=hunter2 was refused',
  'the answer was {"client_secret":"hunter2"}',
  'https://hooks.example/T0/B0/hunter2 does not answer',
  'ann:hunter2@tcp(db.example)/d: no such host',
].join('; ');
const refusal = new OchoError(TOLD, { code: 'UNREACHABLE', hint: TOLD, details: { password: 'hunter2', told: TOLD } });

/** As agents of others register. */
const registration = {
  ...{
    ip: '10.0.0.1',
    public: '',
    node: 'node-1',
    application: '',
    task: '',
    cluster: '',
    namespace: '',
    port: '8080',
  },
  ports: { 8080: 31_000 },
  ...{ db_pass: 'hunter2', smtp_pwd: 'hunter2', basic_auth: 'hunter2', passphrase: 'hunter2', token: 'hunter2' },
  ...{
    db_dsn: 'ann:hunter2@tcp(db.example)/d',
    mq: 'amqp://ann:h/@hunter2@mq.example',
    conf: '{"password":"hunter2"}',
  },
  ...{ chat_webhook: 'https://hooks.example/T0/B0/hunter2', rack: 'r7' },
};
const pods = [fakePod('demo.web #1', { registration })];

describe('a secret is shown to nobody who did not ask for it', () => {
  test.each(['ls', 'grep', 'info demo.web', 'on demo.web --force', 'log demo.web', 'apps --marathon fake'])(
    '%s, with what others registered or refused with',
    async (line) => {
      await keepsTo(line, { pods, scheduler: new FakeScheduler() });
      const problems = [{ cluster: 'demo.web', node: 'x.0000000001', reason: TOLD }];
      await keepsTo(line, { pods, problems, scheduler: new FakeScheduler() });
      await keepsTo(line, { pods: [], outage: refusal });
    },
  );

  test.each(['history demo.web', 'scale demo.web -f +1', 'bump demo.web -v 2', 'kill demo.web --force'])(
    '%s, with what the scheduler has or refuses with',
    async (line) => {
      const scheduler = new FakeScheduler();
      const env = (secret: string) => ({ ochopod_cluster: 'web', ochopod_namespace: 'demo', DB_PASS: secret });
      await deploy(scheduler, WEB, { spec: { env: env('hunter2') } });
      await redeploy(scheduler, WEB, { spec: { env: env('hunter2, too') } });
      await keepsTo(`${line} --marathon fake -t 5s`, { pods, scheduler });
      await keepsTo(`${line} --marathon fake -t 5s`, { pods, scheduler: new FakeScheduler({ outage: refusal }) });
    },
  );

  test('but to who asks for it', async () => {
    expect((await ocho(words('info demo.web --show-secrets'), { pods })).out).toContain('hunter2');
  });

  test('and no word is lost that is none', async () => {
    const told = 'no such secret: DB_PASSWORD; ask ann';
    const outage = new OchoError(told, { code: 'UNREACHABLE' });

    expect((await ocho(words('ls'), { pods: [], outage })).err).toBe(`error: ${told}\n`);
  });
});

async function keepsTo(line: string, world: Parameters<typeof ocho>[1]): Promise<void> {
  for (const more of [[], ['--json'], ['--debug']]) {
    const { out, err } = await ocho([...words(line), ...more], world);

    expect.soft({ line, more, shown: `${out}${err}`.match(/.{0,60}hunter2/g) }).toMatchObject({ shown: null });
  }
}
