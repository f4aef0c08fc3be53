import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseOverrides } from '../../src/deploy-file/overrides.ts';
import { type Deployment, toSpec } from '../../src/deploy-file/to-spec.ts';
import { applicationId } from '../../src/words/application-id.ts';
import { deployFile, overrides, problemsOf } from './support.ts';

/** 2026-01-31T23:59:59.999Z */
const NOW = 1_769_903_999_999;
const DEPLOYMENT: Deployment = { namespace: 'prod', instances: 3, overrides: [], now: NOW };
const settingsOf = (spec: { env: Readonly<Record<string, string>> }) => JSON.parse(spec.env['pod'] ?? '');

describe('the application of a deploy file', () => {
  test('is a new one, with what agents need to know', () => {
    const spec = toSpec(
      deployFile('settings: {memory: 512}', 'env: {TZ: UTC}', 'debug: true', 'ports: [80]'),
      DEPLOYMENT,
    );

    expect(spec).toEqual({
      id: 'ochopod.prod.web-2026-01-31-23-59-59',
      image: 'acme/web:1',
      instances: 3,
      ports: [
        { container: 8080, host: 0, protocol: 'tcp' },
        { container: 80, host: 0, protocol: 'tcp' },
      ],
      env: {
        TZ: 'UTC',
        ochopod_cluster: 'web',
        ochopod_namespace: 'prod',
        ochopod_debug: 'true',
        ochopod_start: 'true',
        pod: '{"memory":512}',
      },
      hostVolumes: ['/etc/mesos', '/opt/mesosphere'],
      labels: {},
      resources: {},
      constraints: [],
      verbatim: {},
    });
  });

  test('has the control port as it is listed, and then only there', () => {
    const { ports } = toSpec(deployFile('ports: [80, 8080 *]'), DEPLOYMENT);

    expect(ports).toEqual([
      { container: 80, host: 0, protocol: 'tcp' },
      { container: 8080, host: 8080, protocol: 'tcp' },
    ]);
  });

  test('has the control port beside another protocol on the same number', () => {
    expect(toSpec(deployFile('ports: [8080 udp]'), DEPLOYMENT).ports).toEqual([
      { container: 8080, host: 0, protocol: 'tcp' },
      { container: 8080, host: 0, protocol: 'udp' },
    ]);
  });

  test('passes on what the file says beyond that', () => {
    const file = deployFile(
      'command: [a]',
      'health: {}',
      'upgrade: rolling',
      'resources: {cpus: 0.5}',
      'labels: {a: b}',
      'constraints: [[hostname, UNIQUE]]',
      'verbatim: {cpus: 2, user: me}',
    );

    expect(toSpec(file, DEPLOYMENT)).toMatchObject({
      command: ['a'],
      health: { path: '/healthz', port: 8080 },
      upgrade: { minimumHealthy: 1, maximumOver: 0 },
      resources: { cpus: 0.5 },
      labels: { a: 'b' },
      constraints: [['hostname', 'UNIQUE']],
      verbatim: { cpus: 2, user: 'me' },
    });
  });

  test('belongs to another cluster with a suffix, overrides included, and has another tag with a release', () => {
    const given = [overrides('prod.web-blue: {a: 1}\nprod.web: {a: 2}')];
    const spec = toSpec(deployFile(), { ...DEPLOYMENT, suffix: 'blue', release: '2', overrides: given });

    expect(spec).toMatchObject({
      id: 'ochopod.prod.web-blue-2026-01-31-23-59-59',
      image: 'acme/web:2',
      env: { ochopod_cluster: 'web-blue', pod: '{"a":1}' },
    });
  });

  test.each([
    { given: { namespace: 'a..b' }, says: '"a..b" is no namespace' },
    { given: { suffix: 'a.b' }, says: '"a.b" is no suffix' },
    { given: { release: 'a b' }, says: '"a b" is no image tag' },
  ])('refuses $given', ({ given, says }) => {
    expect(() => toSpec(deployFile(), { ...DEPLOYMENT, ...given })).toThrow(says);
  });
});

describe('overrides', () => {
  const file = deployFile('settings:', '  a: 1', '  list: [1]', '  deep: {x: 1, y: null}', '  secret:');

  test('merge maps, append to lists and replace the rest, file after file', () => {
    const given = [
      overrides('prod.web: {a: 2, list: [2], deep: {y: 2}, secret: x}\nprod.other: {a: 9}'),
      overrides('prod.web: {a: {b: 3}, list: [3], deep: {y: 3, z: 3}}'),
    ];

    expect(settingsOf(toSpec(file, { ...DEPLOYMENT, overrides: given }))).toEqual({
      a: { b: 3 },
      list: [1, 2, 3],
      deep: { x: 1, y: 3, z: 3 },
      secret: 'x',
    });
  });

  test('what is still null is named, with the place where it stands last', () => {
    const given = [overrides('prod.web:\n  deep:\n    y:\n  added: ~\n')];

    expect(() => toSpec(file, { ...DEPLOYMENT, overrides: given })).toThrow(
      expect.objectContaining({
        code: 'INVALID_INPUT',
        message: expect.stringMatching(
          /over.yml:3:5: settings.deep.y is not set.*\n {2}web.yml:7:3: settings.secret is not set.*\n {2}over.yml:4:3: settings.added is not set/,
        ),
      }),
    );
  });

  test('a null in a list is data like any other', () => {
    expect(settingsOf(toSpec(deployFile('settings: {a: [null, {b: null}]}'), DEPLOYMENT))).toEqual({
      a: [null, { b: null }],
    });
  });

  test.each([
    { text: 'web: {a: 1}', says: 'over.yml:1:1: "web" is no cluster name' },
    { text: 'prod.*: {a: 1}', says: 'over.yml:1:1: "prod.*" is no cluster name' },
    { text: 'prod.web: 3', says: 'over.yml:1:11: prod.web: must be a map of settings' },
    { text: 'prod.web:', says: 'over.yml:1:1: prod.web: must be a map of settings' },
    { text: 'prod.web: {a: 1, a: 2}', says: 'over.yml:1:18: "a" stands here again' },
    { text: 'prod.web: {a: .inf}', says: 'over.yml:1:15: .inf cannot be passed on exactly' },
  ])('refuses $text', ({ text, says }) => {
    expect(problemsOf(parseOverrides(new TextEncoder().encode(text), 'over.yml'))).toEqual([
      expect.stringContaining(says),
    ]);
  });
});

describe('the id of an application', () => {
  /** What Marathon takes as one part of a path. */
  const VALID = /^(([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])\.)*([a-z0-9]|[a-z0-9][a-z0-9-]*[a-z0-9])$/;

  test('is one that Marathon takes, whatever the cluster is called', () => {
    const part = fc.stringMatching(/^[A-Za-z0-9_-]{1,8}$/);
    const namespace = fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
    const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
    fc.assert(
      fc.property(namespace, part, time, (given, cluster, now) => {
        const id = applicationId({ namespace: given, cluster, now });

        expect(id).toMatch(VALID);
        expect(id).toMatch(/\d{4}(-\d\d){5}$/);
      }),
    );
  });

  test('has small letters and dashes, where the cluster keeps its name', () => {
    const { id, env } = toSpec({ ...deployFile(), cluster: 'My_Web' }, DEPLOYMENT);

    expect(id).toBe('ochopod.prod.my-web-2026-01-31-23-59-59');
    expect(env['ochopod_cluster']).toBe('My_Web');
  });
});
