import { describe, expect, test } from 'vitest';

import { parsed, parsedImage } from './support.ts';

const MAPPING = { containerPort: 8080, protocol: 'tcp' };

describe('what was written for Marathon before 1.5', () => {
  test('says the same as what is written since: a container on a bridge', () => {
    const docker = { image: 'registry:5000/acme/web:1.0', forcePullImage: true };
    const volumes = [{ containerPath: '/data', hostPath: '/mnt/data', mode: 'RO' }];

    const old = parsedImage({
      container: { type: 'DOCKER', docker: { ...docker, network: 'BRIDGE', portMappings: [MAPPING] }, volumes },
    });

    expect(old).toEqual(
      parsedImage({
        networks: [{ mode: 'container/bridge' }],
        container: { type: 'DOCKER', docker, portMappings: [MAPPING], volumes },
      }),
    );
    expect(old.container).toMatchObject({ docker: { ...docker, privileged: false, parameters: [] }, volumes });
    expect(old.container?.docker).not.toHaveProperty('network');
  });

  test.each<[string, object, object]>([
    ['ports', { ports: [0, 8080] }, { portDefinitions: [{ port: 0 }, { port: 8080 }] }],
    ['uris', { uris: ['http://a/b.tgz'] }, { fetch: [{ uri: 'http://a/b.tgz' }] }],
    ['an address of its own', { ipAddress: {}, ports: [] }, { ipAddress: {} }],
    ['a named network', { ipAddress: { networkName: 'dcos' } }, { networks: [{ mode: 'container', name: 'dcos' }] }],
    [
      'ports that are to be found',
      { ipAddress: { networkName: 'n', discovery: { ports: [{ number: 80, name: 'http', protocol: 'tcp' }] } } },
      {
        networks: [{ mode: 'container', name: 'n' }],
        container: { type: 'MESOS', portMappings: [{ containerPort: 80, name: 'http', protocol: 'tcp' }] },
      },
    ],
    [
      'the network of the host',
      { container: { docker: { image: 'i', network: 'HOST' } } },
      { container: { docker: { image: 'i' } }, networks: [{ mode: 'host' }] },
    ],
  ])('says the same as what is written since: %s', (_what, old, since) => {
    const outcome = (body: object) => {
      try {
        return parsed(body);
      } catch (error) {
        return error;
      }
    };

    expect(outcome(old)).toEqual(outcome(since));
  });

  test('counts beside an empty list of networks', () => {
    const container = { docker: { image: 'i', network: 'BRIDGE' } };

    expect(parsedImage({ container, networks: [] }).networks).toEqual([{ mode: 'container/bridge' }]);
  });

  test('may name a network by the address that it asks for', () => {
    const docker = { image: 'i', network: 'USER' };

    expect(parsedImage({ ipAddress: { networkName: 'dcos' }, container: { docker } }).networks).toEqual([
      { mode: 'container', name: 'dcos' },
    ]);
  });
});
