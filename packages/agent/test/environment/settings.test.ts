import { describe, expect, test } from 'vitest';

import { readSettings } from '../../src/environment/settings.ts';

describe('readSettings', () => {
  test('has a default for all but the cluster', () => {
    expect(readSettings({ ochopod_cluster: 'web', PATH: '/bin' })).toMatchObject({
      cluster: 'web',
      namespace: 'marathon',
      port: 8080,
      zk: undefined,
      debug: false,
      start: true,
      local: false,
      ec2: 'auto',
      hostNetwork: false,
      hosts: [],
      pod: {},
      application: '',
      task: '',
      ports: {},
    });
  });

  test('reads what Marathon says', () => {
    const settings = readSettings({
      MARATHON_APP_ID: '/prod/web.eu',
      MESOS_TASK_ID: 'web.1',
      HOST: 'host-1',
      PORT_8080: '31004',
      PORT_6379: '31005',
      PORT0: '31004',
      PORTS: '31004,31005',
    });

    expect(settings).toMatchObject({
      application: 'prod/web.eu',
      cluster: 'prod-web-eu',
      task: 'web.1',
      host: 'host-1',
      ports: { 8080: 31_004, 6379: 31_005 },
    });
  });

  test('takes an empty variable for one that is not set', () => {
    const env = {
      ochopod_cluster: 'web',
      ochopod_port: '',
      ochopod_namespace: '',
      ochopod_start: '',
      ochopod_zk: ' ',
      pod: '',
    };

    expect(readSettings(env)).toMatchObject({ port: 8080, namespace: 'marathon', start: true, zk: undefined, pod: {} });
  });

  test('names every bad variable at once', () => {
    const env = {
      ochopod_cluster: 'a.b',
      ochopod_namespace: 'a/b',
      ochopod_port: 'http',
      ochopod_debug: 'yes',
      ochopod_ec2: 'perhaps',
      ochopod_network: 'bridge',
      pod: '[1]',
      PORT_80: 'x',
    };

    try {
      readSettings(env);
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_INPUT', hint: expect.any(String) });
      for (const name of Object.keys(env)) expect((error as Error).message).toContain(name);
    }
  });

  test.each(['ann:pw@10.0.0.1', 'http://10.0.0.1', '300.0.0.1', 'my host'])(
    'takes no address that peers cannot read: %s',
    (said) => {
      for (const variable of ['ochopod_ip', 'ochopod_public']) {
        const settings = () => readSettings({ ochopod_cluster: 'web', [variable]: said });
        expect(settings).toThrow(`${variable} must be an IP address or the name of a host`);
      }
    },
  );

  test('must be told the cluster, but for a try on a workstation', () => {
    expect(() => readSettings({})).toThrow(/ochopod_cluster/);
    expect(readSettings({ ochopod_local: 'true' }).cluster).toBe('default');
  });

  test.each(['0', '1', '65535'])('takes port %s', (ochopod_port) => {
    expect(readSettings({ ochopod_cluster: 'web', ochopod_port }).port).toBe(Number(ochopod_port));
  });

  test.each(['-1', '65536', '80.5', '0x50'])('refuses port %s', (ochopod_port) => {
    expect(() => readSettings({ ochopod_cluster: 'web', ochopod_port })).toThrow('ochopod_port must be a port number');
  });
});
