import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';

import { loadScript } from '../../src/script/load-script.ts';

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'ochopod-test-'));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

test('loads the default export of a module', async () => {
  await writeFile(join(directory, 'pod.mjs'), `export default { configure: () => ({ command: ['true'] }) };`);

  expect(await loadScript('pod.mjs', directory)).toMatchObject({ configure: expect.any(Function) });
});

test('loads CommonJS too, also when it was an ES module once', async () => {
  await writeFile(join(directory, 'a.cjs'), 'module.exports = { configure() {} };');
  await writeFile(
    join(directory, 'b.cjs'),
    'Object.defineProperty(exports, "__esModule", { value: true }); exports.default = { configure() {} };',
  );

  expect(await loadScript('a.cjs', directory)).toHaveProperty('configure');
  expect(await loadScript('b.cjs', directory)).toHaveProperty('configure');
});

test.each([
  { why: 'is not there', code: 'NOT_FOUND', message: 'there is no pod script pod.mjs' },
  { why: 'has no default export', text: 'export const pod = {};', message: 'default export: it has none' },
  { why: 'does not parse', text: 'export default {', message: 'could not be loaded' },
  { why: 'throws', text: '\nthrow new Error("no luck");', message: '/pod.mjs:2: no luck' },
  { why: 'throws what is no error', text: 'throw "no luck";', message: 'pod.mjs: no luck' },
  { why: 'imports what is not there', text: 'import "../gone.mjs";', message: 'gone.mjs' },
])('says so when the script $why', async ({ text, message, code = 'INVALID_INPUT' }) => {
  if (text !== undefined) await writeFile(join(directory, 'pod.mjs'), text);

  await expect(loadScript('pod.mjs', directory)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});
