import { OchoError } from 'ochopod-core';
import { FakeScheduler } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { FILES, LATER, STAMP, stage } from '../support/deploy-stage.ts';
import { ocho, words } from '../support/ocho.ts';

describe('deploy --dry-run', () => {
  test('prints what would be sent, and sends nothing', async () => {
    const { scheduler, run } = stage();
    const { report, code } = await run('deploy web.yml db.yml -p 2 --dry-run -j');

    expect(report).toMatchObject({
      'web.yml': { ok: true, up: [], would: 'create', definition: { image: 'acme/web:1', instances: 2 } },
      'db.yml': { application: `ochopod.marathon.db-${STAMP}` },
    });
    expect({ code, told: scheduler.told }).toEqual({ code: 0, told: [] });
  });

  test('shows the ids that applications of one cluster would have', async () => {
    const { report } = await stage().run('deploy web.yml web-2.yml --dry-run -j');

    const ids = ['web.yml', 'web-2.yml'].map((file) => report[file].application);
    expect(ids).toEqual([`ochopod.marathon.web-${STAMP}`, `ochopod.marathon.web-${LATER}`]);
  });

  test('knows what would be replaced', async () => {
    const { run } = stage();
    await run('deploy web.yml -p 3');

    expect((await run('deploy web.yml --update --dry-run -j')).report['web.yml']).toMatchObject({
      would: 'replace',
      definition: { instances: 3 },
    });
  });

  test.each([
    { when: 'masks secrets wherever they are', more: [], shows: false },
    { when: 'shows them to who asks for them', more: ['--show-secrets'], shows: true },
  ])('$when', async ({ more, shows }) => {
    const files = {
      'web.yml': [
        'cluster: web',
        'image: acme/web:1',
        'env: { DB_PASSWORD: hunter2, SMTP_PASS: hunter2, CACHE_URL: "redis://:p/w@hunter2@cache.example", PORT: "80" }',
        'settings: { oauth: { client_secret: hunter2 }, smtp: { pwd: hunter2, host: mail.example }, hook: "https://hooks.example/T0/hunter2" }',
        'verbatim: { args: ["--requirepass", "hunter2"] }',
      ].join('\n'),
    };
    for (const format of [[], ['-j']]) {
      const line = [...words('deploy web.yml --dry-run'), ...more, ...format];
      const { out, err } = await ocho(line, { pods: [] }, { files });

      expect((out + err).includes('hunter2')).toBe(shows);
      expect(out).toContain('mail.example');
      expect(out).toContain('"PORT": "80"');
    }
  });

  test.each([
    { when: 'it cannot be reached', line: 'deploy web.yml --dry-run --marathon fake', warns: 'nobody is there' },
    { when: 'none is given', line: 'deploy web.yml --dry-run', warns: 'no Marathon is given' },
  ])('says what a Marathon since 1.5 would be sent when $when', async ({ line, warns }) => {
    const outage = new OchoError('nobody is there', { code: 'UNREACHABLE' });
    const world = { pods: [], outage, scheduler: new FakeScheduler({ outage }) };
    const { out, err, code } = await ocho(words(line), world, { files: FILES });

    expect(JSON.parse(out)).toMatchObject({
      id: `/ochopod.marathon.web-${STAMP}`,
      networks: [{ mode: 'container/bridge' }],
      container: { portMappings: [{ containerPort: 8080 }] },
    });
    expect(err).toContain(warns);
    expect(code).toBe(0);
  });
});
