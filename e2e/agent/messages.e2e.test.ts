import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, test } from 'vitest';

const OCHOPOD = join(import.meta.dirname, '..', '..', 'packages', 'agent', 'bin', 'ochopod.js');

describe('a pod script that cannot be used ends the agent with one line that names the cause', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ochopod-e2e-'));

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  test.each<[what: string, name: string, text: string, message: RegExp]>([
    [
      'makes no sense',
      'a.js',
      'export default {\n  configure: }',
      /a\.js could not be loaded: .*\/a\.js:2: Unexpected token '}'$/,
    ],
    [
      'makes no sense as CommonJS',
      'e.cjs',
      'module.exports = {\n b: }',
      /e\.cjs could not be loaded: .*\/e\.cjs:2: Unexpected token '}'$/,
    ],
    [
      'imports what makes no sense',
      'f.js',
      'import "./part.js";',
      /f\.js could not be loaded: .*\/part\.js:3: Unexpected token ';'$/,
    ],
    ['throws', 'b.js', '\nthrow new Error("no luck");', /b\.js could not be loaded: .*\/b\.js:2: no luck$/],
    [
      'waits for what never comes',
      'c.js',
      'await new Promise(() => {});',
      /c\.js does not come to its end: .*top-level await.* \(Wait in .*\)$/,
    ],
    [
      'exports nothing',
      'd.js',
      'const pod = {};',
      /d\.js has no pod script as its default export: it has none \(End it with: .*\)$/,
    ],
  ])('%s', async (_what, ...[name, text, message]) => {
    writeFileSync(join(directory, 'package.json'), '{"type":"module"}');
    writeFileSync(join(directory, 'part.js'), '\n\nconst a = ;');
    writeFileSync(join(directory, name), text);

    const { code, output } = await run(name);

    expect(code).toBe(1);
    const lines = output.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}Z - ERROR - agent : agent could not start -> /);
    expect(lines[0]).toMatch(message);
  });

  async function run(script: string): Promise<{ code: number | null; output: string }> {
    const env = { PATH: process.env['PATH'], ochopod_local: 'true', ochopod_cluster: 'web', ochopod_port: '0' };
    const child = spawn(process.execPath, [OCHOPOD, 'run', script], { cwd: directory, env });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk;
      });
    }
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, output };
  }
});
