import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

const NOBODY = { pods: [] };
const files = {
  'web.yml': 'cluster: web\nimage: acme/web:1\nsettings: {password: null}\n',
  'bad.yml': 'cluster: web\nprots: [80]\n',
  'full.yml': 'marathon.web: {password: x}\n',
  'prod.yml': 'prod.web: {password: x}\n',
  'null.yml': 'marathon.web:\n  password:\n',
};

describe('validate', () => {
  test('says ok to what can be deployed once it is overridden', async () => {
    const { out, err, code } = await ocho(words('validate web.yml'), NOBODY, { files });

    expect({ out, err, code }).toEqual({ out: 'web.yml: ok\n', err: '', code: 0 });
  });

  test('writes every problem with its place, as compilers do, and exits with 2', async () => {
    const { out, code } = await ocho(words('validate bad.yml web.yml none.yml'), NOBODY, { files });

    expect(out.split('\n')).toEqual([
      'bad.yml:1:1: image: is missing',
      'bad.yml:2:1: prots: there is no such field',
      '  hint: Did you mean ports?',
      'web.yml: ok',
      'none.yml:1:1: cannot read none.yml',
      '',
    ]);
    expect(code).toBe(2);
  });

  test('reports them as JSON, by file', async () => {
    const { out, code } = await ocho(words('validate web.yml bad.yml -j'), NOBODY, { files });

    expect(JSON.parse(out)).toEqual({
      'web.yml': { ok: true, problems: [] },
      'bad.yml': {
        ok: false,
        problems: [
          { line: 1, column: 1, message: 'image: is missing' },
          { line: 2, column: 1, message: 'prots: there is no such field', hint: 'Did you mean ports?' },
        ],
      },
    });
    expect(code).toBe(2);
  });

  test.each([
    { line: 'validate web.yml -o full.yml', code: 0 },
    { line: 'validate web.yml -n prod -o full.yml prod.yml', code: 0 },
    { line: 'validate web.yml -o prod.yml', code: 2 },
    { line: 'validate web.yml -o null.yml', code: 2 },
    { line: 'validate web.yml -o full.yml none.yml', code: 2 },
  ])('with overrides, settings must be complete: $line exits with $code', async ({ line, code }) => {
    expect(await ocho(words(line), NOBODY, { files })).toMatchObject({ code });
  });

  test('names the overrides file where a setting is still null', async () => {
    const { out } = await ocho(words('validate web.yml -o full.yml null.yml -j'), NOBODY, { files });

    expect(JSON.parse(out)).toMatchObject({
      'web.yml': { problems: [{ file: 'null.yml', line: 2, column: 3, message: 'settings.password is not set' }] },
      'null.yml': { ok: true },
    });
  });

  test('wants at least one file', async () => {
    expect(await ocho(['validate'], NOBODY)).toMatchObject({ code: 2 });
  });
});
