import { describe, expect, test } from 'vitest';

import { changesBetween, isOtherThan } from '../../src/applications/version-changes.ts';

/** As a Marathon has it. */
const version = (definition: Record<string, unknown> = {}, { image = 'web:1', instances = 1 } = {}) => ({
  ...{ version: '1', image, instances, env: {}, labels: {} },
  definition: {
    ...{ id: '/web', version: '1', versionInfo: { lastScalingAt: '1' }, instances },
    container: { type: 'DOCKER', docker: { image, parameters: [] } },
    ...definition,
  },
});

type V = ReturnType<typeof version>;

const changes = (before: Record<string, unknown>, after: Record<string, unknown>) =>
  changesBetween({ before: version(before), after: version(after), showSecrets: false }).map(
    ({ field, from, to }) => `${field}: ${from} -> ${to}`,
  );

describe('what changed between two versions', () => {
  test('is the image once, wherever the scheduler keeps it, and the size', () => {
    expect(
      changesBetween({ before: version(), after: version({}, { image: 'web:2', instances: 3 }), showSecrets: false }),
    ).toEqual([
      { field: 'image', from: 'web:1', to: 'web:2' },
      { field: 'instances', from: '1', to: '3' },
    ]);
  });

  test('is each variable, label and resource', () => {
    const before = { env: { A: '1', B: '2' }, labels: { owner: 'ann' }, cpus: 1, upgradeStrategy: { max: 1 } };
    const after = { env: { A: '1', C: '3' }, labels: { owner: 'joe' }, cpus: 0.5, upgradeStrategy: { max: 0 } };

    expect(changes(before, after).sort()).toEqual([
      ...['cpus: 1 -> 0.5', 'env.B: 2 -> null', 'env.C: null -> 3', 'labels.owner: ann -> joe'],
      'upgradeStrategy.max: 1 -> 0',
    ]);
  });

  test('is each setting of the pod', () => {
    const pod = (settings: unknown) => ({ env: { pod: JSON.stringify(settings) } });

    expect(changes(pod({ memory: 512, db: { url: 'a' } }), pod({ memory: 1024, db: { url: 'a' } }))).toEqual([
      'env.pod.memory: 512 -> 1024',
    ]);
    expect(changes({ env: { pod: '{broken' } }, { env: { pod: '[1]' } })).toEqual(['env.pod: {broken -> [1]']);
  });

  test('is nothing where a field is absent in one and empty in the other', () => {
    expect(changes({ constraints: [], fetch: null }, {})).toEqual([]);
  });

  test.each([
    [{ env: { DB_PASSWORD: 'a' } }, { env: { DB_PASSWORD: 'b' } }, 'env.DB_PASSWORD: *** -> ***'],
    [{ env: { AWS_ACCESS_KEY: 'a' } }, {}, 'env.AWS_ACCESS_KEY: *** -> null'],
    [
      { env: { pod: '{"db":{"token":"a"}}' } },
      { env: { pod: '{"db":{"token":"b"}}' } },
      'env.pod.db.token: *** -> ***',
    ],
    [
      { env: { URL: 'http://joe:s3cret@db/a' } },
      { env: { URL: 'http://joe:s3cret@db/b' } },
      'env.URL: http://***@db/a -> http://***@db/b',
    ],
    [
      { list: [{ secret: 'a', n: 1 }] },
      { list: [{ secret: 'a', n: 2 }] },
      'list: [{"secret":"***","n":1}] -> [{"secret":"***","n":2}]',
    ],
    [{ env: { SMTP_PASS: 'a', DSN: 'x' } }, { env: { SMTP_PASS: 'b', DSN: 'x' } }, 'env.SMTP_PASS: *** -> ***'],
    [{ env: { MONKEY: 'a' } }, { env: { MONKEY: 'b' } }, 'env.MONKEY: a -> b'],
  ])('does not tell secrets: %o, %o', (before, after, shown) => {
    expect(changes(before, after)).toEqual([shown]);
  });

  test('is told with its secrets to who asks for them', () => {
    const [before, after] = ['a', 'b'].map((password) => version({ env: { DB_PASSWORD: password } })) as [V, V];

    expect(changesBetween({ before, after, showSecrets: true })).toEqual([
      { field: 'env.DB_PASSWORD', from: 'a', to: 'b' },
    ]);
  });

  test('is no other version when only the size differs', () => {
    expect(isOtherThan(version(), version({}, { instances: 3 }))).toBe(false);
    expect(isOtherThan(version(), version({ cpus: 2 }))).toBe(true);
  });
});
