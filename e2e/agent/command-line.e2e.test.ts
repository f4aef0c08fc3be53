import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { afterAll, describe, expect, test } from 'vitest';

import { collect, type Ran } from '../support/stage.ts';

const BIN = join(import.meta.dirname, '..', '..', 'node_modules', '.bin');

describe('the command line of the agent', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ochopod-command-line-'));

  afterAll(() => rmSync(directory, { recursive: true }));

  test('tells its version and how it is used', async () => {
    expect(await ochopod(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) });
    expect(await ochopod(['--help'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('ochopod run <script>'),
    });
  });

  test.each([
    ['nothing', [], 'say what to do'],
    ['an unknown verb', ['fly'], 'fly'],
    ['no script', ['run'], 'one script'],
  ])('refuses %s with 2 and its usage', async (_what, args, message) => {
    const { code, stderr } = await ochopod(args);
    expect([code, stderr]).toEqual([2, expect.stringContaining(message)]);
  });

  test.each([
    ['a script that is not there', undefined, /nowhere\.js/],
    ['no default export', 'export const pod = 1;', /default export|definePod/],
    ['no configure', 'export default {};', /configure/],
    [
      'settings that are none',
      'export default { configure() {}, model: { damper: -1, grace: "x", x: 1 } };',
      /damper[\s\S]*grace|grace[\s\S]*damper/,
    ],
    ['a script that throws', 'throw new Error("no luck");', /no luck/],
  ])('says what is wrong with %s, and ends with 1', async (_what, source, message) => {
    const file = join(directory, source === undefined ? 'nowhere.js' : 'pod.mjs');
    if (source !== undefined) writeFileSync(file, source);
    const { code, stdout } = await ochopod(['run', file], { ochopod_local: 'true' });
    expect([code, stdout]).toEqual([1, expect.stringMatching(message)]);
  });

  test('names every bad variable at once', async () => {
    const file = join(directory, 'pod.mjs');
    writeFileSync(file, 'export default { configure: () => ({ command: ["true"] }) };');
    const env = { ochopod_local: 'perhaps', ochopod_port: 'x', pod: '{', ochopod_zk_timeout: '0' };
    const { code, stdout } = await ochopod(['run', file], env);

    expect(code).toBe(1);
    for (const variable of Object.keys(env)) expect(stdout).toContain(variable);
  });

  function ochopod(args: string[], env: Record<string, string> = {}): Promise<Ran> {
    const child = spawn(join(BIN, 'ochopod'), args, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return collect(child);
  }
});
