import { existsSync } from 'node:fs';
import http from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, type PodProcess, Stage, titled } from '../support/stage.ts';

describe.skipIf(missing)(titled('bad input at the control port'), () => {
  let stage: Stage;
  let pod: PodProcess;

  beforeAll(async () => {
    stage = await Stage.open();
    pod = stage.start();
    await eventually('it is configured', () => pod.lastView !== undefined);
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test.each<[what: string, path: string, request: { body?: string; headers?: Record<string, string> }, status: number]>(
    [
      ['wrong JSON', '/control/on', { body: '{"pods":' }, 400],
      ['a view that is none', '/control/on', { body: '[]' }, 400],
      ['a view without the pod', '/control/check', { body: '{"key": "x", "pods": {}}' }, 400],
      ['an unknown task', '/control/explode', {}, 400],
      ['no number of seconds', '/control/off/soon', {}, 400],
      ['an endless time limit', '/control/off/99999999', {}, 400],
      ['an unknown path', '/etc/passwd', {}, 404],
      ['a path that climbs', '/control/../../etc/passwd', {}, 400],
      ['a huge body', '/control/on', { headers: { 'content-length': String(2 ** 31) } }, 413],
      ['an unknown tool', '/exec', { headers: { 'x-shell': 'rm -rf /' } }, 404],
      ['no tool at all', '/exec', {}, 400],
      ['an unclosed quote', '/exec', { headers: { 'x-shell': "args 'echo" } }, 400],
      ['a fence that is none', '/control/off', { headers: { 'x-ochopod-fence': 'high' } }, 400],
    ],
  )('%s is answered in kind and changes nothing', async (_what, ...[path, request, status]) => {
    const { pid } = pod;
    const answer = await post(path, request);

    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/json; charset=utf-8');
    expect(JSON.parse(answer.body)).toBeTypeOf('object');
    expect(pod.pid).toBe(pid);
    expect(JSON.parse((await post('/info', {})).body)).toMatchObject({ process: 'running' });
  });

  test.each(['GET', 'PUT', 'DELETE'])('%s is answered with 405 in JSON', async (method) => {
    const answer = await fetch(`http://127.0.0.1:${pod.port}/control/off`, { method });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([405, 'application/json; charset=utf-8']);
  });

  test('uploads land in their own directory, whatever they are called', async () => {
    const form = new FormData();
    for (const name of ['../../../tmp/ochopod-e2e-escaped', '/tmp/ochopod-e2e-absolute', 'plain.txt']) {
      form.append(name, new Blob(['hello']), name);
    }
    const headers = { 'x-shell': 'shell ls' };
    const answer = await fetch(`http://127.0.0.1:${pod.port}/exec`, { method: 'POST', headers, body: form });

    expect(await answer.json()).toEqual({
      code: 0,
      stdout: ['ochopod-e2e-absolute', 'ochopod-e2e-escaped', 'plain.txt'],
    });
    expect(existsSync('/tmp/ochopod-e2e-escaped')).toBe(false);
  });

  test('metacharacters in an argument are the text that they are', async () => {
    const hostile = ['$(id);`id`', "it's", '"two  words"', '\\n', '*', '> /tmp/x', 'ünïcode'];
    const ran = await stage.json('exec', 'demo.web', 'args', ...hostile, '-i', '0');
    expect(ran).toMatchObject({ 'demo.web #0': { code: 0, stdout: hostile } });
    const nothing = await post('/exec', { headers: { 'x-shell': 'nothing; touch /tmp/ochopod-e2e-injected' } });
    expect(nothing.status).toBe(404);
    expect(existsSync('/tmp/ochopod-e2e-injected')).toBe(false);
  });

  /** Not `fetch`, which tidies paths. */
  function post(path: string, { body = '', headers = {} }: { body?: string; headers?: Record<string, string> }) {
    return new Promise<{ status: number; type: string; body: string }>((resolve, reject) => {
      const options = { host: '127.0.0.1', port: pod.port, path, method: 'POST', headers };
      const request = http.request(options, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: text }),
        );
      });
      request.on('error', reject);
      // A body that was announced and is refused must not be waited for.
      if ('content-length' in headers) request.flushHeaders();
      else request.end(body);
    });
  }
});
