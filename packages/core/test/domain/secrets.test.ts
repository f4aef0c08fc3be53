import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isSecretName, masked, maskText } from '../../src/domain/secrets.ts';

describe('names of secrets', () => {
  test.each([
    ...['token', 'api_key', 'apikey', 'DB_PASSWORD', 'dbpassword', 'client_secret', 'clientSecret', 'key', 'SSH_KEY_2'],
    ...[
      'aws_credentials',
      'AWS_ACCESS_KEY_ID',
      'db_pass',
      'dbpass',
      'SMTP_PASS_1',
      'smtp_pwd',
      'MYSQL_PWD',
      'basic_auth',
    ],
    ...[
      'REDISCLI_AUTH',
      'passphrase',
      'db_dsn',
      'SENTRY_DSN',
      'chat_webhook',
      'env.DB_PASS',
      'x-api-key',
      'Authorization',
    ],
    ...['erlang_cookie', 'PGPASSWORD', 'private_key', 'license-key', 'jwt'],
  ])('%s is one', (name) => {
    expect(isSecretName(name)).toBe(true);
  });

  test.each([
    ...[
      'cluster',
      'port',
      'zk',
      'keyspace',
      'monkey',
      'flavour',
      'author',
      'authority',
      'bypass',
      'compass',
      'public_key',
    ],
    ...['passive', 'keyboard', 'private_ip', 'application', 'hostname'],
  ])('%s is none', (name) => {
    expect(isSecretName(name)).toBe(false);
  });
});

describe('what is taken out of a text', () => {
  test.each([
    ['zk://joe:s3cret@10.0.0.1:2181/x', 'zk://***@10.0.0.1:2181/x'],
    ['redis://:p/w@rd@cache.example/0', 'redis://***@cache.example/0'],
    ['amqp://ann:p/w@mq.example', 'amqp://***@mq.example'],
    ['http://ann:12/w@mq.example', 'http://***@mq.example'],
    ['http://a:8080,http://ann:pw@b:8080', 'http://a:8080,http://***@b:8080'],
    ['https://ghp_abc@github.com/x', 'https://***@github.com/x'],
    ['jdbc:mysql://ann:pw@db/x', 'jdbc:mysql://***@db/x'],
    ['ann:pw@tcp(db.example)/d', '***@tcp(db.example)/d'],
    ['dsn=ann:p:w@tcp(db.example)/d', 'dsn=***'],
    ['cannot reach joe:s3cret@a:2181,b:2181', 'cannot reach ***@a:2181,b:2181'],
    [':pw@cache.example', '***@cache.example'],
    ['https://hooks.example/T0/B0/x', 'https://hooks.example/***'],
    ['https://discord.example/api/webhooks/1/x y', 'https://discord.example/*** y'],
    ['https://ann:p/w@hooks.example/T0', 'https://***@hooks.example/***'],
    ['{"token": "abc", "a": 1}', '{"token": "***", "a": 1}'],
    ['{"token":12345,"a":1}', '{"token":***,"a":1}'],
    ['{"pw":"a\\"b c","a":1}', '{"pw":"***","a":1}'],
    ['{"pod":"{\\"password\\":\\"x y\\",\\"a\\":1}"}', '{"pod":"{\\"password\\":\\"***\\",\\"a\\":1}"}'],
    ['cut off: {"password":"abc', 'cut off: {"password":"***"'],
    ['OCHOPOD_TOKEN=abc', 'OCHOPOD_TOKEN=***'],
    ['Server=x;Password=y', 'Server=x;Password=***'],
    ['https://a/?access_token=abc&b=1', 'https://a/?access_token=***&b=1'],
    ["DB_PASS='two words' x", "DB_PASS='***' x"],
    ['-H "X-Api-Key: abc1"', '-H "X-Api-Key: ***"'],
    ['Authorization: Bearer abc', 'Authorization: ***'],
    ['  password: hunter2\n  user: joe', '  password: ***\n  user: joe'],
    ['a -----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY----- b', 'a *** b'],
  ])('%s is shown as %s', (text, shown) => {
    expect(maskText(text)).toBe(shown);
    expect(maskText(shown)).toBe(shown);
  });

  test.each([
    'no such secret: DB_PASSWORD; ask ann',
    'no such secret: DB_PASSWORD',
    'secret: DB_PASSWORD',
    'unexpected token: }',
    'unexpected token } in JSON at position 4',
    'settings.password: required',
    'the token is late: try again',
    'marathon.web #3 at http://10.0.0.1:8080/info',
    'registry:5000/acme/web@sha256:0123',
    'https://registry:5000/acme/web@sha256:0123',
    'web:1@sha256:0123',
    'https://registry.npmjs.org/@scope/name',
    'git@github.com:acme/web',
    'pass --marathon-token-file <file>',
    'pod started key=2f9a-0 pid=81',
    'ann@example.com asked',
    'the time is 12:30:45',
  ])('no word of: %s', (text) => {
    expect(maskText(text)).toBe(text);
  });

  test('no text makes it slow', () => {
    for (const piece of [
      'a',
      'a:',
      ',a:',
      '@',
      '\n',
      ' ',
      '"',
      '\\',
      'x=',
      '://',
      'a://b:',
      '{"a":',
      '_',
      '-----BEGIN PRIVATE KEY-----',
    ]) {
      const began = performance.now();
      maskText(`token ${piece.repeat(200_000 / piece.length)}!`);
      expect(performance.now() - began).toBeLessThan(3000);
    }
  });

  test('a password in a URL, whatever it is made of', () => {
    const password = fc.string({ unit: fc.constantFrom(...'p/w@:?#=&!%'), minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(password, (odd) => {
        expect(maskText(`see redis://joe:S3CRET${odd}S3CRET@cache.example:6379/0 there`)).not.toContain('S3CRET');
      }),
    );
  });
});

describe('what is taken out of a structure', () => {
  test('is what stands behind the name of a secret, however deep, in lists, in pairs and in JSON that is text', () => {
    const value = {
      env: { DB_PASSWORD: 'x', PORT: '80', PIN_TOKEN: 7, USE_TOKEN: true, EMPTY_TOKEN: '' },
      settings: JSON.stringify({
        oauth: { client_secret: 'x' },
        tokens: ['x', 'x'],
        credentials: { user: 'x', n: null },
      }),
      list: [{ password: 'x' }],
      parameters: [
        { key: 'env', value: 'A_PASSWORD=x' },
        { key: 'db_password', value: 'x' },
        { name: 'volume', value: '/data' },
      ],
      args: ['redis-server', '--requirepass', 'x', '--port', '1'],
      cmd: 'redis-server --requirepass x --port 1',
    };

    expect(masked(value)).toEqual({
      env: { DB_PASSWORD: '***', PORT: '80', PIN_TOKEN: '***', USE_TOKEN: true, EMPTY_TOKEN: '' },
      settings: '{"oauth":{"client_secret":"***"},"tokens":["***","***"],"credentials":{"user":"***","n":null}}',
      list: [{ password: '***' }],
      parameters: [
        { key: 'env', value: 'A_PASSWORD=***' },
        { key: 'db_password', value: '***' },
        { name: 'volume', value: '/data' },
      ],
      args: ['redis-server', '--requirepass', '***', '--port', '1'],
      cmd: 'redis-server --requirepass *** --port 1',
    });
  });

  test('leaves alone what holds none', () => {
    const json = '{ "a": 1, "b": [2] }';
    expect(masked({ json, at: 'http://10.0.0.1:80', n: 1, none: null })).toEqual({
      json,
      at: 'http://10.0.0.1:80',
      n: 1,
      none: null,
    });
  });

  test('is everything when its name says so, and what is too deep to look at', () => {
    expect(masked('x', 'env.DB_PASS')).toBe('***');
    expect(() => masked(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)).not.toThrow();
  });
});
