import { describe, expect, test } from 'vitest';

import { parseApp, parseAppUpdate } from '../../../src/marathon/app/parse-app.ts';
import { parsed } from './support.ts';

describe('a definition of the wrong types', () => {
  test.each<[string, unknown, string, string]>([
    ['an id that is a number', { id: 1 }, '/id', 'error.expected.jsstring'],
    ['no id', { id: null }, '/id', 'error.path.missing'],
    ['a number that is text', { cpus: '1' }, '/cpus', 'error.expected.jsnumber'],
    ['half an instance', { instances: 1.5 }, '/instances', 'error.expected.int'],
    ['a flag that is text', { requirePorts: 'yes' }, '/requirePorts', 'error.expected.jsboolean'],
    ['a list that is none', { args: 'x' }, '/args', 'error.expected.jsarray'],
    ['a map that is a list', { labels: [] }, '/labels', 'error.expected.jsobject'],
    ['a value of the environment that is none', { env: { A: null } }, '/env/A', 'error.expected.jsstring'],
    ['a value of the environment that is a number', { env: { A: 1 } }, '/env/A', 'error.expected.jsstring'],
    ['an item that is no object', { healthChecks: [{}, 1] }, '/healthChecks(1)', 'error.expected.jsobject'],
    [
      'an unknown protocol',
      { healthChecks: [{ protocol: 'X' }] },
      '/healthChecks(0)/protocol',
      'error.unknown.enum.literal',
    ],
    ['an image without a name', { container: { docker: {} } }, '/container/docker/image', 'error.path.missing'],
    ['an unknown strategy', { killSelection: 'RANDOM' }, '/killSelection', 'error.unknown.enum.literal'],
  ])('is refused: %s', (...[, body, path, error]) => {
    expect(refusalOf({ id: '/web', cmd: 'x', ...(body as object) })).toEqual({
      message: 'Invalid JSON',
      details: [{ path, errors: [error] }],
    });
  });

  test('is refused with all of it at once', () => {
    expect(refusalOf({ id: 1, cmd: 2, labels: { a: 3 } })?.details).toHaveLength(3);
  });
});

describe('a definition that makes no sense', () => {
  const HTTP = { portDefinitions: [{ name: 'http-api' }] };

  test.each<[string, object, string, string | RegExp]>([
    ['an id of capitals', { id: '/Web' }, '/id', /^must fully match regular expression/],
    ['the root', { id: '/' }, '/id', 'must not be root'],
    ['less than no instances', { instances: -1 }, '/instances', 'is less than 0'],
    [
      'too high a share',
      { upgradeStrategy: { maximumOverCapacity: 1.5 } },
      '/upgradeStrategy/maximumOverCapacity',
      'is greater than 1',
    ],
    ['an empty command', { cmd: '' }, '/cmd', 'must not be empty'],
    ['a command and arguments', { args: ['x'] }, '/', /^AppDefinition must either contain/],
    ['neither command nor container', { cmd: null }, '/', /^AppDefinition must either contain/],
    ['a Docker container without an image', { container: { type: 'DOCKER' } }, '/container/docker', 'not defined'],
    [
      'a port over the last',
      { portDefinitions: [{ port: 65_536 }] },
      '/portDefinitions(0)/port',
      'is greater than 65535',
    ],
    [
      'a name of two ports',
      { portDefinitions: [{ name: 'a' }, { name: 'a' }] },
      '/portDefinitions',
      'Port names must be unique.',
    ],
    ['a port twice', { portDefinitions: [{ port: 80 }, { port: 80 }] }, '/portDefinitions', 'Ports must be unique.'],
    [
      'a port twice, as before 1.5',
      { ports: [80, 80], networks: [{ mode: 'container/bridge' }] },
      '/',
      'ports must be unique',
    ],
    [
      'a health check of no port',
      { healthChecks: [{ portIndex: 1 }] },
      '/healthChecks(0)',
      /^Health check port indices/,
    ],
    [
      'a health check without ports',
      { ports: [], healthChecks: [{}] },
      '/healthChecks(0)',
      /^Health check port indices/,
    ],
    [
      'a command check without command',
      { healthChecks: [{ protocol: 'COMMAND' }] },
      '/healthChecks(0)',
      /must define its command/,
    ],
    [
      'two checks beside the task',
      { healthChecks: [{ protocol: 'MESOS_TCP' }, { protocol: 'MESOS_HTTP' }] },
      '/',
      /at most one/,
    ],
    [
      'readiness of no port',
      { readinessChecks: [{}] },
      '/readinessChecks(0)/portName',
      'No port definition reference for portName http-api',
    ],
    [
      'readiness that takes too long',
      { ...HTTP, readinessChecks: [{ intervalSeconds: 5, timeoutSeconds: 5 }] },
      '/readinessChecks(0)/timeoutSeconds',
      'got 5, expected less than 5',
    ],
    ['readiness twice', { ...HTTP, readinessChecks: [{}, {}] }, '/readinessChecks', 'got 2, expected 1 or less'],
    ['a constraint of one word', { constraints: [['hostname']] }, '/constraints(0)', /either 2 or 3/],
    ['an unknown constraint', { constraints: [['hostname', 'NEAR']] }, '/constraints(0)', /^operator must be one of/],
    ['no role at all', { acceptedResourceRoles: [] }, '/acceptedResourceRoles', 'must not be empty'],
    [
      'a network without a name',
      { networks: [{ mode: 'container' }] },
      '/networks(0)',
      /^network name must be specified/,
    ],
    [
      'two kinds of network',
      { networks: [{ mode: 'host' }, { mode: 'container/bridge' }] },
      '/networks',
      /may not mix/,
    ],
    [
      'networks of two generations',
      { networks: [{ mode: 'host' }], container: { docker: { image: 'i', network: 'HOST' } } },
      '/',
      'must not specify both container.docker.network and networks',
    ],
    [
      'networks and an address',
      { networks: [{ mode: 'host' }], ipAddress: { networkName: 'n' } },
      '/',
      'must not specify both networks and ipAddress',
    ],
    [
      'mappings of two generations',
      { container: { docker: { image: 'i', portMappings: [{}] }, portMappings: [{}] } },
      '/',
      'cannot specify both portMappings and docker.portMappings',
    ],
    [
      'ports of two generations',
      { ports: [1], portDefinitions: [{ port: 2 }] },
      '/',
      'cannot specify both ports and port definitions',
    ],
    [
      'an address and ports',
      { ipAddress: { networkName: 'n' }, ports: [0] },
      '/',
      'cannot specify both an IP address and port',
    ],
    [
      'files of two generations',
      { uris: ['a'], fetch: [{ uri: 'a' }] },
      '/uris',
      'may not be set in conjunction with fetch',
    ],
    ['secrets', { secrets: { a: { source: 'b' } } }, '/secrets', /^Feature secrets is not enabled/],
    ['an environment of secrets', { env: { A: { secret: 'a' } } }, '/env/A', /there are no secrets here/],
    [
      'a volume of another kind',
      { container: { type: 'MESOS', volumes: [{ containerPath: 'a', persistent: { size: 1 } }] } },
      '/container/volumes(0)',
      /hostPath/,
    ],
    [
      'a volume from nowhere',
      { container: { type: 'MESOS', volumes: [{ containerPath: 'a' }] } },
      '/container/volumes(0)/hostPath',
      'must not be empty',
    ],
    [
      'more than one of a single one',
      { instances: 2, labels: { MARATHON_SINGLE_INSTANCE_APP: 'true' } },
      '/instances',
      /^Single instance/,
    ],
  ])('is refused: %s', (...[, body, path, error]) => {
    const message = typeof error === 'string' ? error : expect.stringMatching(error);

    expect(refusalOf({ id: '/web', cmd: 'x', ...body })).toEqual({
      message: 'Object is not valid',
      details: [{ path, errors: [message] }],
    });
  });

  test('is refused with all of it at once, each place once', () => {
    const body = { id: '/A', args: ['x'], ports: [1, 1], portDefinitions: [{ port: 2 }], instances: -1, cmd: 'x' };

    expect(refusalOf(body)?.details.map(({ path, errors }) => [path, errors.length])).toEqual([
      ['/instances', 1],
      ['/', 3],
      ['/id', 1],
    ]);
  });

  test('is refused where a group is, and below another application', () => {
    const apps = [parsed({ id: '/shop/web' })];

    expect(refusalOf({ id: '/shop', cmd: 'x' }, apps)?.details).toMatchObject([{ path: '/id' }]);
    expect(refusalOf({ id: '/shop/web/a', cmd: 'x' }, apps)?.details).toMatchObject([{ path: '/id' }]);
    expect(refusalOf({ id: '/shop/web2', cmd: 'x' }, apps)).toBeUndefined();
  });

  test('is refused when it says a version and more', () => {
    const failure = caught(() =>
      parseAppUpdate({ version: '2026-01-01T00:00:00.000Z', cmd: 'x' }, { apps: [], id: '/a' }),
    );

    expect(failure?.details).toEqual([
      { path: '/', errors: ["The 'version' field may only be combined with the 'id' field."] },
    ]);
  });

  test('does not spoil what every object has', () => {
    const body = JSON.parse('{"id":"/web","cmd":"x","env":{"__proto__":"a"},"__proto__":{"instances":7}}');

    expect(refusalOf(body)).toBeUndefined();
    expect(parseApp(body, { apps: [] }).instances).toBe(1);
  });
});

interface Refusal {
  readonly message: string;
  readonly details: readonly { readonly path: string; readonly errors: readonly string[] }[];
}

function refusalOf(body: object, apps: Parameters<typeof parsed>[1] = []): Refusal | undefined {
  return caught(() => parseApp(body, { apps }));
}

function caught(action: () => unknown): Refusal | undefined {
  try {
    action();
  } catch (error) {
    const { message, details } = error as { message: string; details: { details: Refusal['details'] } };
    return { message, details: details.details };
  }
  return undefined;
}
