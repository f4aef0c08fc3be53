import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';

import { describeFields } from '../../src/deploy-file/describe-fields.ts';
import { valueOrThrow } from '../../src/documents/problem.ts';
import { deployFile, parse, problemsOf } from './support.ts';

describe('a deploy file', () => {
  test('needs a cluster and an image, and says what it leaves out', () => {
    expect(deployFile()).toMatchObject({
      ...{ cluster: 'web', image: 'acme/web:1', debug: false, start: true, ports: [], env: {}, labels: {} },
      ...{ resources: {}, constraints: [], verbatim: {}, wait: { strict: false, oneShot: false } },
    });
    expect(problemsOf(parse('debug: true'))).toEqual([
      'web.yml:1:1: cluster: is missing',
      'web.yml:1:1: image: is missing',
    ]);
  });

  test('notes ports in four ways', () => {
    expect(deployFile('ports: [6379, 9000 *, 80 8000, 8125 * udp, "53 udp"]').ports).toEqual([
      { container: 6379, host: 0, protocol: 'tcp' },
      { container: 9000, host: 9000, protocol: 'tcp' },
      { container: 80, host: 8000, protocol: 'tcp' },
      { container: 8125, host: 8125, protocol: 'udp' },
      { container: 53, host: 0, protocol: 'udp' },
    ]);
  });

  test('takes variables, labels, words and constraints as they are written', () => {
    const file = deployFile(
      'env: {VERSION: 1.10, MODE: 0755, ON: true, NONE: "", ID: 12345678901234567890}',
      'labels: {rev: 010}',
      'command: [--port, 080]',
      'constraints: [[rack, GROUP_BY, 3]]',
    );

    expect(file.env).toEqual({ VERSION: '1.10', MODE: '0755', ON: 'true', NONE: '', ID: '12345678901234567890' });
    expect(file).toMatchObject({
      labels: { rev: '010' },
      command: ['--port', '080'],
      constraints: [['rack', 'GROUP_BY', '3']],
    });
  });

  test('splits a command into words, without a shell', () => {
    expect(deployFile(`command: run 'a b' $HOME "c"`).command).toEqual(['run', 'a b', '$HOME', 'c']);
  });

  test.each([
    { lines: 'upgrade: rolling', upgrade: { minimumHealthy: 1, maximumOver: 0 } },
    { lines: 'upgrade: all-at-once', upgrade: { minimumHealthy: 0, maximumOver: 0 } },
    { lines: 'upgrade: {minimumHealthy: 0.5}', upgrade: { minimumHealthy: 0.5, maximumOver: 1 } },
  ])('names or tells how it is upgraded: $lines', ({ lines, upgrade }) => {
    expect(deployFile(lines).upgrade).toEqual(upgrade);
  });

  test('says times in seconds or with their unit', () => {
    const { health, wait } = deployFile('health: {grace: 2m, interval: 10, failures: 0}', 'wait: {timeout: 1h}');

    expect(health).toEqual({ path: '/healthz', port: 8080, grace: 120, interval: 10, failures: 0 });
    expect(wait.timeout).toBe(3600);
  });

  test.each([
    { line: 'prots: [80]', says: ':3:1: prots: there is no such field', hint: 'Did you mean ports?' },
    { line: 'constructor: 1', says: ':3:1: constructor: there is no such field' },
    { line: 'health: {pth: /}', says: ':3:10: health.pth: there is no such field', hint: 'Did you mean path?' },
    { line: 'upgrade: {minHealthy: 1}', says: ':3:11: upgrade.minHealthy: there is no such field' },
    { line: 'upgrade: sideways', says: ':3:10: upgrade: "sideways" must be rolling, all-at-once, or a map of shares' },
    { line: 'upgrade: {minimumHealthy: 2}', says: ':3:27: upgrade.minimumHealthy: 2 must be a share' },
    { line: 'debug: yes', says: ':3:8: debug: "yes" must be true or false' },
    { line: 'ports: 80', says: ':3:8: ports: 80 must be a list' },
    { line: 'ports:', says: ':3:1: ports: is empty', hint: 'Give it a value' },
    { line: 'ports: [0]', says: ':3:9: ports.0: 0 must be' },
    { line: 'ports: [65536]', says: ':3:9: ports.0: 65536 is no port' },
    { line: 'ports: [1.5]', says: ':3:9: ports.0: 1.5 must be a whole number' },
    { line: 'ports: ["80:8000"]', says: ':3:9: ports.0: "80:8000" is no port', hint: 'Write 6379' },
    { line: 'ports: [80 70000]', says: ':3:9: ports.0: "80 70000" is no port' },
    { line: 'ports: [80 8000 sctp]', says: ':3:9: ports.0: "80 8000 sctp" is no port' },
    { line: 'ports: [80, 81, 80 *]', says: ':3:17: ports: tcp port 80 stands already at 3:9' },
    { line: 'ports: [80 90, 81 90]', says: ':3:16: ports: tcp host port 90 stands already at 3:9' },
    { line: 'settings: [1]', says: ':3:11: settings: must be a map' },
    { line: 'env: [A]', says: ':3:6: env: must be a map' },
    { line: 'resources: [1]', says: ':3:12: resources: must be a map' },
    { line: 'upgrade: [rolling]', says: ':3:10: upgrade: must be a map' },
    { line: 'settings: {a: [{b: .inf}]}', says: ':3:20: .inf cannot be passed on exactly', hint: 'Quote it' },
    { line: 'verbatim: {a: 12345678901234567890}', says: ':3:15: 12345678901234567890 cannot be passed on exactly' },
    { line: 'env: {A: [1]}', says: ':3:10: env.A: must be text' },
    { line: 'env: {A: }', says: 'env.A: is empty', hint: '"" for empty text' },
    { line: 'env: {a b: c}', says: ':3:7: env.a b: "a b" must be letters' },
    { line: 'env: {ochopod_debug: 1}', says: ':3:7: env.ochopod_debug: is set by ocho', hint: 'Set debug instead.' },
    { line: 'labels: {constructor: 1}', says: ':3:10: labels.constructor: cannot be used as a name' },
    { line: 'resources: {mem: 512m}', says: ':3:18: resources.mem: "512m" must be a number' },
    { line: 'resources: {cpus: -1}', says: ':3:19: resources.cpus: -1 must not be negative' },
    { line: 'health: {port: 81}', says: ':3:16: health.port: 81 is not among the ports' },
    { line: 'health: {path: ping}', says: ':3:16: health.path: "ping" must begin with /' },
    { line: 'wait: {timeout: soon}', says: ':3:17: wait.timeout: "soon" must be 1 or more seconds' },
    { line: 'command: []', says: ':3:10: command: must not be empty' },
    { line: `command: "a 'b"`, says: ':3:10: command: "a \'b" the line ends inside \'' },
    { line: 'constraints: [[a]]', says: ':3:15: constraints.0: must be 2 or 3 words' },
    { line: 'constraints: [[a, UNIK]]', says: ':3:15: constraints.0: has no such operator', hint: 'UNIQUE' },
  ])('refuses $line', ({ line, says, hint = '' }) => {
    const checked = parse(`cluster: web\nimage: acme/web:1\n${line}`);

    expect(problemsOf(checked)).toEqual([expect.stringContaining(says)]);
    expect(checked.ok ? '' : (checked.problems[0]?.hint ?? '')).toContain(hint);
  });

  test.each([
    { line: 'cluster: a.b', says: 'web.yml:1:10: cluster: "a.b" must be letters, digits, - and _' },
    { line: 'cluster: 7', says: 'web.yml:1:10: cluster: 7 must be text' },
    { line: 'cluster: ""', says: 'web.yml:1:10: cluster: "" must not be empty text' },
    { line: 'image: Acme:1', says: 'web.yml:1:8: image: "Acme:1" is no image reference' },
    { line: 'image: 3.2', says: 'web.yml:1:8: image: 3.2 must be text' },
  ])('refuses $line', ({ line, says }) => {
    expect(problemsOf(parse(line))).toContain(says);
  });

  test('tells everything that is wrong with it at once', () => {
    const text = 'clutser: a\nimage: A\nports: [x, 80, 80]\nsettings: {a: .nan}\nwait: {strict: 1}\nimage: b';

    expect(problemsOf(parse(text)).map((line) => line.split(' ')[0])).toEqual([
      ...['web.yml:1:1:', 'web.yml:1:1:', 'web.yml:2:8:', 'web.yml:3:9:', 'web.yml:3:16:', 'web.yml:4:15:'],
      ...['web.yml:5:16:', 'web.yml:6:1:'],
    ]);
  });

  test('becomes one failure that names every problem, for who cannot go on without it', () => {
    const failing = () => valueOrThrow(parse('cluster: web\nports: 3'));

    expect(failing).toThrow(expect.objectContaining({ code: 'INVALID_INPUT' }));
    expect(failing).toThrow(
      '2 problems in what is to be deployed:\n  web.yml:1:1: image: is missing\n  web.yml:2:8: ports',
    );
  });
});

describe('the documentation of the fields', () => {
  const fields = Object.entries(describeFields(undefined));

  test('says something about each, with an example', () => {
    for (const [path, { type, description, examples }] of fields) {
      expect.soft({ path, type, description, examples }).toMatchObject({
        type: expect.stringMatching(/./),
        description: expect.stringMatching(/^[A-Z].*\.$/),
        examples: [expect.anything(), ...examples.slice(1)],
      });
    }
  });

  test.each(fields.flatMap(([path, { examples }]) => examples.map((example) => ({ path, example }))))(
    'has an example of $path that can be used: $example',
    ({ path, example }) => {
      const given = path.split('.').reduceRight<unknown>((inner, name) => ({ [name]: inner }), example);
      const text = stringify({ cluster: 'web', image: 'acme/web', ports: [80], ...(given as object) });

      expect(problemsOf(parse(text))).toEqual([]);
    },
  );
});
