import { OchoError } from 'ochopod-core';
import { fakePod } from 'ochopod-fleet/testing';
import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

const two = (second: Parameters<typeof fakePod>[1] = {}) => ({
  pods: [fakePod('demo.web #1'), fakePod('demo.web #2', second)],
});

test.each(['on', 'off', 'reset', 'kill', 'signal', 'exec'])(
  '%s touches nobody unless forced or told whom',
  async (verb) => {
    const { err, code, pods } = await ocho([verb, 'demo.web', ...(verb === 'exec' ? ['shell'] : [])], two());

    expect(pods.asked).toEqual([]);
    expect(err).toContain('--force');
    expect(code).toBe(2);
  },
);

describe('on', () => {
  test('switches the chosen pods on and says so', async () => {
    const { out, pods, code } = await ocho(words('on -i 2 demo.web'), two());

    expect(pods.asked).toEqual(['on demo.web #2']);
    expect(out).toBe('demo.web #2\ton\n');
    expect(code).toBe(0);
  });

  test.each([
    '-i 2 demo.web',
    'demo.web -i 2',
    '--indices 2 demo.web',
    'demo.web --indices 2 -d',
    '--seq 2 demo.web -d',
  ])('understands how the original is told whom: on %s', async (line) => {
    const { out, pods, code } = await ocho(words(`on ${line}`), two());

    expect({ asked: pods.asked, out, code }).toEqual({ asked: ['on demo.web #2'], out: 'demo.web #2\ton\n', code: 0 });
  });

  test('reports by pattern as given, failures by name', async () => {
    const { out, code } = await ocho(words('on web demo.* --force -j -n demo'), two({ habit: 'refuses' }));

    const failed = { 'demo.web #2': { code: 'POD_REFUSED', message: 'not configured yet' } };
    expect(JSON.parse(out)).toEqual({ web: { ok: false, on: [1], failed }, 'demo.*': { ok: false, on: [1], failed } });
    expect(code).toBe(5);
  });

  test('asks a pod once that two patterns mean', async () => {
    const { pods } = await ocho(words('on demo.web demo.* --force'), two());

    expect(pods.asked).toEqual(['on demo.web #1', 'on demo.web #2']);
  });

  test('is content with some when told so', async () => {
    expect((await ocho(words('on demo.web --force --allow-partial'), two({ habit: 'gone' }))).code).toBe(0);
    expect((await ocho(words('on demo.web -i 2 --allow-partial'), two({ habit: 'gone' }))).code).toBe(7);
  });

  test('fails for a pattern that matches nothing, also a glob', async () => {
    const { out, code } = await ocho(words('on demo.web no.* --force -j'), two());

    expect(JSON.parse(out)['no.*']).toMatchObject({ ok: false, on: [], failed: { 'no.*': { code: 'NOT_FOUND' } } });
    expect(code).toBe(5);
    expect((await ocho(words('on no.* --force'), two())).code).toBe(3);
  });
});

test('reset switches each pod off, then on', async () => {
  const { out, pods } = await ocho(words('reset demo.web -i 1 -j'), two());

  expect(pods.asked).toEqual(['off demo.web #1', 'on demo.web #1']);
  expect(JSON.parse(out)).toEqual({ 'demo.web': { ok: true, reset: [1] } });
});

test('reset --registration leaves the process alone', async () => {
  expect((await ocho(words('reset demo.web -i 1 --registration'), two())).pods.asked).toEqual(['reset demo.web #1']);
});

describe('kill', () => {
  test('asks until the pod says that it is dead', async () => {
    const { out, pods } = await ocho(words('kill demo.web -i 1 -j'), two());

    expect(pods.asked).toEqual(['kill demo.web #1', 'kill demo.web #1']);
    expect(JSON.parse(out)).toEqual({ 'demo.web': { ok: true, down: [1] } });
  });

  test('takes a pod that is dead already for done', async () => {
    expect((await ocho(words('kill demo.web -i 2'), two({ habit: 'dead' }))).code).toBe(0);
  });
});

describe('signal', () => {
  test('sends the payload and shows what each pod returned', async () => {
    const { out } = await ocho(['signal', 'demo.web', '-i', '1', '-j', '--payload', '{"a": [1]}'], two());

    expect(JSON.parse(out)).toEqual({
      'demo.web': { ok: true, signal: [1], replies: { 'demo.web #1': { got: { a: [1] } } } },
    });
  });

  test('refuses a payload that is not JSON', async () => {
    const { err, code } = await ocho(words('signal demo.web --force --payload reload'), two());

    expect(err).toMatch(/^error: the payload is not JSON/);
    expect(code).toBe(2);
  });
});

test('Ctrl-C ends with 130 and names who had not answered', async () => {
  const interrupted = new AbortController();
  const running = ocho(words('on demo.web --force -j'), two({ habit: 'silent' }), { signal: interrupted.signal });
  interrupted.abort(new OchoError('interrupted', { code: 'INTERRUPTED' }));
  const { out, code } = await running;

  expect(JSON.parse(out)).toMatchObject({ error: { code: 'INTERRUPTED' } });
  expect(code).toBe(130);
});

test.each([[], ['-j'], ['--debug']])('credentials are never shown (%s)', async (...more) => {
  const outage = new OchoError('cannot reach zk://joe:s3cret@zoo:2181', { code: 'UNREACHABLE' });
  const { out, err } = await ocho(['on', 'demo.web', '--force', ...more], { pods: [], outage });

  expect(out + err).toContain('***@zoo');
  expect(out + err).not.toContain('s3cret');
});
