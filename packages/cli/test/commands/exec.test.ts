import { fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

const ran = (seq: number, code: number) => fakePod(`demo.web #${seq}`, { exec: { code, stdout: [`I am ${seq}\n`] } });

describe('exec', () => {
  test('passes everything after -- on as it is, in its order', async () => {
    const line = ['exec', 'demo.web', '--force', '--', 'cp', '-i', 'a b', '--force', 'a b', '$(rm)'];
    const { pods } = await ocho(line, { pods: [ran(1, 0)] });

    expect(pods.execCalls).toEqual([{ argv: ['cp', '-i', 'a b', '--force', 'a b', '$(rm)'], files: [] }]);
  });

  test('takes its own flags after the tool as well, and refuses others', async () => {
    const { pods } = await ocho(words('exec demo.web shell ls --force -t 5s'), { pods: [ran(1, 0)] });
    const refused = await ocho(words('exec demo.web --force shell head -n 5 x'), { pods: [ran(1, 0)] });

    expect(pods.execCalls).toEqual([{ argv: ['shell', 'ls'], files: [] }]);
    expect(refused).toMatchObject({ code: 2, pods: { execCalls: [] } });
  });

  test('shows the output of one pod as it is, and ends with its code', async () => {
    const { out, code } = await ocho(words('exec demo.web -i 1 shell'), { pods: [ran(1, 42)] });

    expect(out).toBe('I am 1\n');
    expect(code).toBe(42);
  });

  test('heads the output of each of several, and ends with the worst code', async () => {
    const { out, code } = await ocho(words('exec demo.web --force shell'), { pods: [ran(1, 3), ran(2, 0)] });

    expect(out).toBe('demo.web #1 exited with 3\nI am 1\ndemo.web #2 exited with 0\nI am 2\n');
    expect(code).toBe(3);
  });

  test('reports code and lines by pod, and who did not answer', async () => {
    const world = { pods: [ran(1, 0), fakePod('demo.web #2', { habit: 'gone' })] };
    const { out, code } = await ocho(words('exec demo.web --force shell -j'), world);

    expect(JSON.parse(out)).toMatchObject({
      'demo.web #1': { code: 0, stdout: ['I am 1'] },
      'demo.web #2': { code: null, stdout: [], error: { code: 'UNREACHABLE' } },
    });
    expect(code).toBe(5);
  });
});

describe('a tool that is not done in time', () => {
  const hanging = fakePod('demo.web #2', { printsThenHangs: ['step 1\n', 'step 2'] });

  test('is shown with what it printed until then', async () => {
    const alone = await ocho(words('exec demo.web -i 2 shell'), { pods: [hanging] });
    const beside = await ocho(words('exec demo.web --force shell'), { pods: [ran(1, 0), hanging] });

    expect(alone).toMatchObject({ code: 6, out: 'step 1\nstep 2\n', err: expect.stringContaining('not done in time') });
    expect(beside.out).toContain('demo.web #2 was not done, and said until then\nstep 1\nstep 2\n');
  });

  test('has its output in the report, and no exit code', async () => {
    const { out } = await ocho(words('exec demo.web -i 2 shell -j'), { pods: [hanging] });

    expect(JSON.parse(out)).toMatchObject({
      'demo.web #2': { code: null, stdout: ['step 1', 'step 2'], error: { code: 'TIMEOUT' } },
    });
  });
});

describe('uploads', () => {
  const files = { 'conf/app.yml': 'a: 1', deploy: 'not meant' };

  test('an @argument is uploaded and passed as its base name', async () => {
    const { pods } = await ocho(words('exec demo.web -i 1 load @conf/app.yml @@x'), { pods: [ran(1, 0)] }, { files });

    expect(pods.execCalls).toEqual([
      { argv: ['load', 'app.yml', '@x'], files: [{ name: 'app.yml', content: Buffer.from('a: 1') }] },
    ]);
  });

  test('--file uploads what no argument names', async () => {
    const line = 'exec demo.web -i 1 --file conf/app.yml load';
    const { pods } = await ocho(words(line), { pods: [ran(1, 0)] }, { files });

    expect(pods.execCalls).toMatchObject([{ argv: ['load'], files: [{ name: 'app.yml' }] }]);
  });

  test('the name of a local file is just a word, with a word about it', async () => {
    const { pods, err } = await ocho(words('exec demo.web -i 1 shell deploy'), { pods: [ran(1, 0)] }, { files });

    expect(pods.execCalls).toEqual([{ argv: ['shell', 'deploy'], files: [] }]);
    expect(err).toContain('write @deploy for that');
  });

  test('a file that is not there is found out before anybody is asked', async () => {
    const { pods, code } = await ocho(words('exec demo.web -i 1 load @none'), { pods: [ran(1, 0)] }, { files });

    expect(pods.asked).toEqual([]);
    expect(code).toBe(3);
  });
});
