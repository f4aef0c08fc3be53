import { describe, expect, test } from 'vitest';

import {
  type ContainerPlan,
  createArguments,
  environmentFor,
} from '../../../../src/marathon/tasks/containers/container-arguments.ts';
import { stateIn } from '../../../../src/marathon/tasks/containers/container-state.ts';
import { limitsIn } from '../../../../src/marathon/tasks/containers/engine-info.ts';
import { findEngine } from '../../../../src/marathon/tasks/containers/find-engine.ts';
import { imageApp } from '../apps.ts';

const plan = (given: Partial<ContainerPlan> = {}, app = imageApp('acme/web:1')): ContainerPlan => ({
  order: { taskId: 'demo_web.instance-1._app.1', app, hostPorts: [31_005] },
  name: 'ochopod-12345678-demo_web.instance-1._app.1',
  owner: '12345678',
  image: 'acme/web:1',
  host: '10.0.0.7',
  told: '10.0.0.7',
  sharesNetwork: false,
  limits: { memory: false, cpu: false },
  mounts: [],
  environment: {},
  engineEnv: { PATH: '/usr/bin' },
  envFile: '/state/env',
  ...given,
});

describe('the arguments of a container', () => {
  test('name it, and say whose it is', () => {
    expect(createArguments(plan())).toEqual([
      'create',
      '--name=ochopod-12345678-demo_web.instance-1._app.1',
      '--label=ochopod.sandbox=12345678',
      '--label=ochopod.task=demo_web.instance-1._app.1',
      '--label=ochopod.app=/demo/web',
      '--log-driver=none',
      '--publish=10.0.0.7:31005:8080/tcp',
      '--env-file=/state/env',
      'acme/web:1',
    ]);
  });

  test('publish nothing on the network of the host', () => {
    const shared = createArguments(plan({ sharesNetwork: true }));

    expect(shared).toContain('--network=host');
    expect(shared.filter((argument) => argument.startsWith('--publish'))).toEqual([]);
  });

  test('limit what the engine can limit, as Mesos does', () => {
    const app = imageApp('acme/web:1', { mem: 8, cpus: 0.5 });

    expect(createArguments(plan({ limits: { memory: true, cpu: true } }, app))).toEqual(
      expect.arrayContaining(['--memory=32m', '--cpu-shares=512']),
    );
  });

  test('hold what the application says of docker, last, so that it has the last word', () => {
    const parameters = [{ key: 'hostname', value: 'web' }];
    const docker = { image: 'acme/web:1', forcePullImage: false, privileged: true, parameters };
    const app = imageApp('acme/web:1', {
      user: 'www',
      args: ['--fast'],
      container: { type: 'DOCKER', docker, volumes: [] },
    });
    const mounts = [{ source: '/a', target: '/b', mode: 'RO' as const }];

    const given = createArguments(plan({ mounts }, app));

    expect(given).toEqual(expect.arrayContaining(['--privileged', '--user=www', '--volume=/a:/b:ro']));
    expect(given.slice(-3)).toEqual(['--hostname=web', 'acme/web:1', '--fast']);
  });

  test('replace the program of the image by a command line', () => {
    const given = createArguments(plan({}, imageApp('acme/web:1', { cmd: 'echo hi' })));

    expect(given.slice(-4)).toEqual(['--entrypoint=/bin/sh', 'acme/web:1', '-c', 'echo hi']);
  });

  test('name variables, and never hold their values', () => {
    const given = createArguments(plan({ environment: { SECRET: 'do not tell', PATH: '/mine' } }));

    expect(given).toContain('--env=SECRET');
    expect(given.join(' ')).not.toContain('do not tell');
  });
});

describe('variables of a container', () => {
  test('are passed on, but for those that the engine itself would heed', () => {
    const environment = {
      A: 'one\ntwo',
      PATH: '/mine',
      DOCKER_HOST: 'tcp://elsewhere',
      LD_PRELOAD: '/mine.so',
      OWN: 'x',
    };

    expect(environmentFor({ environment, engineEnv: { PATH: '/usr/bin', OWN: 'y' } })).toEqual({
      passed: { A: 'one\ntwo' },
      file: 'PATH=/mine\nDOCKER_HOST=tcp://elsewhere\nLD_PRELOAD=/mine.so\nOWN=x\n',
    });
  });

  test('that the engine would heed hold one line only', () => {
    expect(() => environmentFor({ environment: { PATH: '/a\nEVIL=1' }, engineEnv: {} })).toThrow(
      'the variable PATH cannot hold more than a line in a container',
    );
  });
});

describe('an engine', () => {
  const on = (...files: readonly string[]) => ({ isThere: (path: string) => files.includes(path) });
  const env = { PATH: '/usr/local/bin:/usr/bin' };

  test('is podman where both are there', () => {
    const both = on('/usr/bin/podman', '/usr/bin/docker', '/var/run/docker.sock');

    expect(findEngine({ containers: 'auto', env, ...both })).toEqual({ name: 'podman', path: '/usr/bin/podman' });
    expect(findEngine({ containers: 'docker', env, ...both })).toEqual({ name: 'docker', path: '/usr/bin/docker' });
  });

  test('is docker only with a trace of its daemon', () => {
    const found = { name: 'docker', path: '/usr/bin/docker' };

    expect(findEngine({ containers: 'auto', env, ...on('/usr/bin/docker') })).toBeUndefined();
    expect(findEngine({ containers: 'auto', env, ...on('/usr/bin/docker', '/var/run/docker.sock') })).toEqual(found);
    expect(findEngine({ containers: 'auto', env: { ...env, DOCKER_HOST: 'x' }, ...on('/usr/bin/docker') })).toEqual(
      found,
    );
    expect(findEngine({ containers: 'docker', env, ...on('/usr/bin/docker') })).toEqual(found);
  });

  test('is none where none is wanted', () => {
    expect(findEngine({ containers: 'none', env, ...on('/usr/bin/podman') })).toBeUndefined();
  });

  test('says which limits it can put on a container', () => {
    const podman = JSON.stringify({ host: { cgroupControllers: ['cpu', 'pids'] } });
    const docker = JSON.stringify({ MemoryLimit: true, CPUShares: false });

    expect([
      limitsIn(podman),
      limitsIn(docker),
      limitsIn('{"host": {"cgroupControllers": null}}'),
      limitsIn('?'),
    ]).toEqual([
      { memory: false, cpu: true },
      { memory: true, cpu: false },
      { memory: false, cpu: false },
      { memory: false, cpu: false },
    ]);
  });

  test('says how a container stands', () => {
    const said = (status: string, settings: object) =>
      JSON.stringify([{ State: { Status: status }, NetworkSettings: settings }]);

    expect(stateIn(said('created', {}))).toEqual({ wasStarted: false, ipAddress: '' });
    expect(stateIn(said('running', { IPAddress: '', Networks: { podman: { IPAddress: '10.88.0.2' } } }))).toEqual({
      wasStarted: true,
      ipAddress: '10.88.0.2',
    });
    expect(stateIn('[]')).toBeUndefined();
    expect(stateIn('Error: no such container')).toBeUndefined();
  });
});
