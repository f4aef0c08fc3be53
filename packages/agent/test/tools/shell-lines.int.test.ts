import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Pod, parseRegistration, systemClock } from 'ochopod-core';
import { type ControlClient, createControlClient } from 'ochopod-core/control-client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { shell } from '../../src/tools/shell-tool.ts';
import { ServerUnderTest } from '../support/server-under-test.ts';

/** What is typed behind `shell`, and what becomes of it. */
const LINES: readonly [line: string, code: number, ...printed: string[]][] = [
  ['echo hello', 0, 'hello'],
  ["echo 'a  b'", 0, 'a  b'],
  ['echo "a  b" c', 0, 'a  b c'],
  ["echo 1 2 | awk '{print $2}'", 0, '2'],
  ["sh -c 'echo x; echo y'", 0, 'x', 'y'],
  ['printf "a\\nb\\n" | wc -l | tr -d " "', 0, '2'],
  ['X=7; echo "$X" \'$X\'', 0, '7 $X'],
  ['echo "$GREETING"', 0, 'hello'],
  ['cd / && echo et*', 0, 'etc'],
  ['echo \'et*\' "et*"', 0, 'et* et*'],
  ['echo "it\'s"', 0, "it's"],
  ["echo it\\'s", 0, "it's"],
  ['echo no >&2; exit 5', 5, 'no'],
  ['false', 1],
  ['true && echo yes || echo no', 0, 'yes'],
  ['nosuchprogram 2> /dev/null', 127],
  ['echo Grüße 🙂 | cat', 0, 'Grüße 🙂'],
  ['for n in 1 2; do echo "<$n>"; done', 0, '<1>', '<2>'],
  ['echo $(echo `echo deep`)', 0, 'deep'],
  ["echo a#b # and don't mind", 0, 'a#b'],
  ['echo \\\\ "\\$" | tr -d " "', 0, '\\$'],
  ['kill -9 $$', 137],
];

const options = { timeoutMs: 30_000, signal: new AbortController().signal };

describe.each(LINES)('the line %s', (line, code, ...stdout) => {
  test('means the same from our client on a pod of ours', async () => {
    expect(await client.exec(ours, { argv: ['shell', line], files: [] }, options)).toEqual({ code, stdout });
  });

  test('means the same from our client on a pod that is an original', async () => {
    expect(await client.exec(original, { argv: ['shell', line], files: [] }, options)).toEqual({ code, stdout });
  });

  test('means the same from a client that is an original, on a pod of ours', async () => {
    const headers = { 'x-shell': Buffer.from(`shell ${line}`, 'utf8').toString('latin1') };
    expect((await t.post('/exec', { headers })).json()).toEqual({ code, stdout });
  });
});

test('words that were given apart are joined alike', async () => {
  const call = { argv: ['shell', 'echo', 'a', '|', 'tr', 'a', 'b'], files: [] };

  expect(await client.exec(ours, call, options)).toEqual({ code: 0, stdout: ['b'] });
  expect(await client.exec(original, call, options)).toEqual({ code: 0, stdout: ['b'] });
});

const t = new ServerUnderTest({ tools: { shell } });
const client: ControlClient = createControlClient({ clock: systemClock });
const servers: http.Server[] = [t.app.server];
let ours: Pod;
let original: Pod;

beforeAll(async () => {
  await t.app.listen({ port: 0, host: '127.0.0.1' });
  ours = podAt(t.app.server);
  const server = http.createServer(answerAsOriginal);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  original = podAt(server);
});

afterAll(async () => {
  client.close();
  for (const server of servers) server.close();
});

function podAt(server: http.Server): Pod {
  const { port } = server.address() as AddressInfo;
  const registration = parseRegistration({ ip: '127.0.0.1', port: '8080', ports: { 8080: port } });
  return { name: { namespace: 'demo', cluster: 'web' }, key: 'k', seq: 0, registration };
}

/** As recorded: the first word names the tool, the rest is for a shell, both outputs are one. */
function answerAsOriginal(request: http.IncomingMessage, response: http.ServerResponse): void {
  request.resume();
  const [, ...words] = (request.headers['x-shell'] as string).split(' ');
  const line = Buffer.from(words.join(' '), 'latin1').toString('utf8');
  const shellArguments = ['-c', 'exec 2>&1; exec sh -c "$1"', 'sh', line];
  execFile('/bin/sh', shellArguments, { env: { ...t.environment } }, (error, stdout) => {
    const code = error === null ? 0 : (error.code ?? 137);
    const lines = stdout === '' ? [] : stdout.replace(/\n$/, '').split('\n');
    response.writeHead(200, { connection: 'close' }).end(JSON.stringify({ code, stdout: lines }));
  });
}
