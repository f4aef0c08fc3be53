import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ControlClient } from '../../src/control-client/control-client.ts';
import { createControlClient } from '../../src/control-client/http-control-client.ts';
import type { Pod } from '../../src/domain/pod.ts';
import { systemClock } from '../../src/waiting/clock.ts';

const options = { timeoutMs: 5000, signal: new AbortController().signal };

describe('the control client', () => {
  let server: http.Server;
  let client: ControlClient;
  let pod: Pod;
  let answer: { status: number; body: string; headers?: Record<string, string> };
  let received: { url: string; headers: http.IncomingHttpHeaders; body: string }[];

  beforeEach(async () => {
    received = [];
    answer = { status: 200, body: '{}' };
    server = http.createServer((request, response) => {
      let body = '';
      request.setEncoding('latin1').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        received.push({ url: `${request.method} ${request.url}`, headers: request.headers, body });
        response.writeHead(answer.status, { 'content-type': 'application/json', ...answer.headers }).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const registration = { ip: '127.0.0.1', port: '8080', ports: { 8080: port } } as unknown as Pod['registration'];
    pod = { name: { namespace: 'demo', cluster: 'web' }, key: 'k', seq: 3, registration };
    client = createControlClient({ clock: systemClock });
  });

  afterEach(async () => {
    client.close();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  test('sends a leader order with its view and token', async () => {
    await client.control(pod, { task: 'on', payload: { key: 'k' }, fence: 12n }, options);

    expect(received).toMatchObject([
      { url: 'POST /control/on/5', headers: { 'x-ochopod-fence': '12' }, body: '{"key":"k"}' },
    ]);
  });

  test('sends pieces as they are, one after the other, and says when they are gone', async () => {
    let sent = 0;
    const shared = Buffer.from('{"pods":{"k":"ü"}');
    const call = { task: 'on', json: [shared, Buffer.from(',"key":"k"}')], onSent: () => (sent += 1) } as const;
    await Promise.all([client.control(pod, call, options), client.control(pod, call, options)]);

    const body = Buffer.from('{"pods":{"k":"ü"},"key":"k"}').toString('latin1');
    expect(received).toMatchObject([{ body }, { body }]);
    expect(received[0]?.headers).toMatchObject({ 'content-length': String(body.length) });
    expect(sent).toBe(2);
  });

  test('does not hold against a pod that we are too busy to see its connection', async () => {
    const answered = client.info(pod, options);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 3500);
    answer.body = '{"process": "running"}';

    await expect(answered).resolves.toMatchObject({ process: 'running' });
  });

  test('gives a pod no more time than a path may name', async () => {
    await client.control(pod, { task: 'off' }, { ...options, timeoutMs: 7_200_000 });

    expect(received).toMatchObject([{ url: 'POST /control/off/3600' }]);
  });

  test('sends no body where there is nothing to say', async () => {
    await client.control(pod, { task: 'off' }, options);

    expect(received[0]?.headers).toMatchObject({ 'content-length': '0' });
    expect(received[0]?.headers['content-type']).toBeUndefined();
  });

  test('says the words of a tool as they are and quoted, how long it has, and uploads files', async () => {
    answer.body = '{"code": 3, "stdout": ["a"]}';
    const file = { name: './dir/notes.txt', content: new TextEncoder().encode('hello') };
    const result = await client.exec(pod, { argv: ['shell', "it's", 'ünder', '$HOME'], files: [file] }, options);

    expect(result).toEqual({ code: 3, stdout: ['a'] });
    const header = (name: string) => Buffer.from(received[0]?.headers[name] as string, 'latin1').toString('utf8');
    expect(header('x-shell')).toBe("shell it's ünder $HOME");
    expect(header('x-ochopod-arguments')).toBe(`shell 'it'\\''s' 'ünder' '$HOME'`);
    expect(header('x-ochopod-time-limit')).toBe('5');
    expect(received[0]?.body).toMatch(/name="\.\/dir\/notes\.txt"; filename="\.?\/?.*notes\.txt"[\s\S]*hello/);
  });

  test.each([
    [400, 'INVALID_INPUT'],
    [404, 'NOT_FOUND'],
    [406, 'POD_REFUSED'],
    [408, 'TIMEOUT'],
    [403, 'DENIED'],
    [405, 'INVALID_INPUT'],
    [409, 'CONFLICT'],
    [410, 'POD_DEAD'],
    [500, 'POD_FAILED'],
    [502, 'POD_FAILED'],
  ])('makes a %i a %s, with the reason that the pod gave', async (status, code) => {
    answer = { status, body: '{"message": "because"}' };
    await expect(client.control(pod, { task: 'on' }, options)).rejects.toMatchObject({
      code,
      message: `demo.web #3 answered ${status} to /control/on/5: because`,
    });
  });

  test('keeps what a tool had printed that was not done in time', async () => {
    answer = { status: 408, body: '{"code": "TIMEOUT", "message": "late", "stdout": ["so far"]}' };
    await expect(client.exec(pod, { argv: ['wait'], files: [] }, options)).rejects.toMatchObject({
      code: 'TIMEOUT',
      details: { stdout: ['so far'] },
    });
  });

  test.each([
    [409, 'FENCED', 'FENCED'],
    [409, 'CONFLICT', 'CONFLICT'],
    [503, 'SESSION_LOST', 'SESSION_LOST'],
    [406, 'FENCED', 'POD_REFUSED'],
    [200 + 300, 'toString', 'POD_FAILED'],
    [409, ['FENCED'], 'CONFLICT'],
  ])('believes a %i that says %j of itself: %s', async (status, said, code) => {
    answer = { status, body: JSON.stringify({ code: said, message: 'because' }) };
    await expect(client.control(pod, { task: 'on' }, options)).rejects.toMatchObject({ code });
  });

  test.each([
    ['info', 600, '/info'],
    ['log', 2100, '/log'],
    ['reset', 70, '/reset'],
    ['a control request', 70, '/control/check/5'],
    ['exec', 17_000, '/exec'],
    ['a failure', 70, '/control/check/5'],
  ])('reads no more than its limit of the answer to %s', async (what, kilobytes, path) => {
    answer = { status: what === 'a failure' ? 500 : 200, body: `${' '.repeat(kilobytes * 1024)}{}` };
    const asked: Readonly<Record<string, () => Promise<unknown>>> = {
      info: () => client.info(pod, options),
      log: () => client.log(pod, {}, options),
      reset: () => client.reset(pod, options),
      exec: () => client.exec(pod, { argv: ['shell'], files: [] }, options),
    };
    const call = asked[what] ?? (() => client.control(pod, { task: 'check' }, options));

    await expect(call()).rejects.toMatchObject({
      code: 'TOO_LARGE',
      message: expect.stringMatching(new RegExp(`^demo.web #3 answers more than \\d+ kB to ${path}$`)),
    });
  });

  test('hangs up on an answer without an end', async () => {
    server.removeAllListeners('request');
    const closed = new Promise<void>((resolve) => {
      server.on('request', (_request, response: http.ServerResponse) => {
        const more = () => {
          while (!response.destroyed && response.write(' '.repeat(65_536)));
        };
        response.on('drain', more).on('close', resolve);
        more();
      });
    });

    await expect(client.info(pod, options)).rejects.toMatchObject({ code: 'TOO_LARGE' });
    await closed;
  });

  test('reads many long answers, one after the other where all together are too much', async () => {
    answer.body = JSON.stringify({ code: 0, stdout: ['x'.repeat(15 * 1024 * 1024)] });
    const all = Array.from({ length: 5 }, () =>
      client.exec(pod, { argv: ['shell'], files: [] }, { ...options, timeoutMs: 60_000 }),
    );

    expect((await Promise.all(all)).map(({ stdout }) => stdout[0]?.length)).toEqual(Array(5).fill(15 * 1024 * 1024));
  });

  test('is not led down an answer that is nested without an end', async () => {
    answer.body = `{"process": "running", "metrics": ${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    await expect(client.info(pod, options)).rejects.toMatchObject({
      code: 'POD_FAILED',
      message: expect.stringContaining('nested more than 64 levels deep'),
    });
  });

  test('quotes an answer of a million faults in a line', async () => {
    answer.body = JSON.stringify(Array(400_000).fill(1));
    await expect(client.log(pod, {}, options)).rejects.toSatisfy((error: Error) => error.message.length < 3000);
  });

  test('reaches a pod at an IPv6 address', async () => {
    await new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections() as never);
    await new Promise<void>((resolve) => server.listen(0, '::1', resolve));
    const { port } = server.address() as AddressInfo;
    const there = { ...pod, registration: { ...pod.registration, ip: '::1', ports: { 8080: port } } };
    await client.control(there, { task: 'off' }, options);

    expect(received[0]?.headers.host).toBe(`[::1]:${port}`);
  });

  test('asks for a number of lines, and for what came since', async () => {
    answer = {
      status: 200,
      body: '["one\\n"]',
      headers: { 'x-ochopod-log-cursor': 'k:7', 'x-ochopod-log-missed': '3' },
    };
    const first = await client.log(pod, { lines: 1 }, options);
    await client.log(pod, { from: first.cursor }, options);

    expect(first).toEqual({ lines: ['one\n'], cursor: 'k:7', missed: 3 });
    expect(received.map(({ url }) => url)).toEqual(['POST /log?lines=1', 'POST /log?from=k%3A7']);
  });

  test('takes nothing for a cursor that is none', async () => {
    answer = { status: 200, body: '[]', headers: { 'x-ochopod-log-cursor': 'a b', 'x-ochopod-log-missed': 'many' } };
    expect(await client.log(pod, {}, options)).toEqual({ lines: [], cursor: undefined, missed: 0 });
  });

  test('lives with old agents, which answer {} to whatever went wrong', async () => {
    answer = { status: 406, body: '{}' };
    await expect(client.control(pod, { task: 'on' }, options)).rejects.toMatchObject({ code: 'POD_REFUSED' });
  });

  test.each(['', 'garbage', '[]', '{"process": "flying"}', 'null'])('says that %j is no info', async (body) => {
    answer.body = body;
    await expect(client.info(pod, options)).rejects.toMatchObject({ code: 'POD_FAILED' });
  });

  test('fills in what old agents leave out of their info', async () => {
    answer.body = '{"process": "running", "state": "leader", "port": 8080}';
    await expect(client.info(pod, options)).resolves.toMatchObject({ status: '', metrics: {}, port: '8080' });
  });

  test('says who cannot be reached, and where', async () => {
    server.close();
    server.closeAllConnections();
    await expect(client.info(pod, options)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/^demo\.web #3 cannot be reached at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)$/),
    });
  });

  test.each(['no address', ':::1', '300.0.0.1'])('says who registered %j, which leads nowhere', async (ip) => {
    const lost = { ...pod, registration: { ...pod.registration, ip } };
    await expect(client.info(lost, options)).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringMatching(/^demo\.web #3 cannot be reached at http:.* \(not an address\)$/),
    });
  });

  test('gives up on a pod that does not answer', async () => {
    server.removeAllListeners('request');
    await expect(client.info(pod, { ...options, timeoutMs: 50 })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  test('survives a kept-alive connection that the pod closed meanwhile', async () => {
    answer.body = '[]';
    await client.log(pod, {}, options);
    server.closeAllConnections();

    await expect(client.log(pod, {}, options)).resolves.toMatchObject({ lines: [] });
  });

  test('does not run a tool a second time when its kept-alive connection breaks', async () => {
    await client.control(pod, { task: 'off' }, options);
    server.removeAllListeners('request');
    let runs = 0;
    server.on('request', (request: http.IncomingMessage) => {
      runs += 1;
      request.resume().on('end', () => request.socket.resetAndDestroy());
    });

    await expect(client.exec(pod, { argv: ['migrate'], files: [] }, options)).rejects.toMatchObject({
      code: 'UNREACHABLE',
    });
    expect(runs).toBe(1);
  });

  test('takes half an answer for none', async () => {
    server.removeAllListeners('request');
    server.on('request', (_request, response: http.ServerResponse) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{', () => response.destroy());
    });

    await expect(client.control(pod, { task: 'check' }, options)).rejects.toMatchObject({ code: 'UNREACHABLE' });
  });
});
