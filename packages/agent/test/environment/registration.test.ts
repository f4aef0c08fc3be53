import { parseRegistration } from 'ochopod-core';
import { beforeEach, describe, expect, test } from 'vitest';

import type { HttpRequest, Surroundings } from '../../src/environment/bindings/binding.ts';
import { atPort, describePod, findPlacement } from '../../src/environment/registration.ts';
import { type Environment, readSettings } from '../../src/environment/settings.ts';

const MARATHON = { MARATHON_APP_ID: '/web', MESOS_TASK_ID: 'web.1', HOST: 'host-1', PORT_8080: '31004' };

let files: Record<string, string>;
let asked: HttpRequest[];
let metadata: Record<string, { status: number; body: string } | Error>;
let warnings: string[];

beforeEach(() => {
  files = {};
  asked = [];
  warnings = [];
  metadata = {
    'api/token': { status: 200, body: 'TOKEN' },
    'meta-data/instance-id': { status: 200, body: 'i-0123\n' },
    'meta-data/local-ipv4': { status: 200, body: '172.16.0.4' },
    'meta-data/public-ipv4': { status: 200, body: '54.1.2.3' },
  };
});

describe('on a workstation', () => {
  test('everything is here, and at the port that was asked for', async () => {
    const registration = await register({ ochopod_local: 'true', ochopod_cluster: 'web', ochopod_port: '9090' });

    expect(registration).toMatchObject({
      fwk: 'marathon (debug)',
      ip: '127.0.0.1',
      public: '127.0.0.1',
      node: 'local',
      port: '9090',
      ports: { 9090: 9090 },
      local: 'true',
    });
  });
});

test('what others would leave out for its size is refused before it is registered', async () => {
  const env = { ...MARATHON, ochopod_cluster: 'web', ochopod_notes: 'x'.repeat(70_000) };
  await expect(register(env)).rejects.toMatchObject({
    code: 'TOO_LARGE',
    message: expect.stringMatching(/would register 70\d{3} bytes, more than 65536/),
    hint: expect.stringContaining('ochopod_notes'),
  });
});

describe('under Marathon', () => {
  test('writes what old agents write, and which views it wants', async () => {
    expect(await register({ ...MARATHON, ochopod_cluster: 'web', ochopod_flavour: 'mint' })).toEqual({
      application: 'web',
      cluster: 'web',
      debug: 'false',
      flavour: 'mint',
      fwk: 'marathon',
      ip: '10.1.0.7',
      local: 'false',
      namespace: 'marathon',
      node: 'host-1',
      port: '8080',
      ports: { 8080: 31_004 },
      public: '',
      start: 'true',
      task: 'web.1',
      views: 'check,on',
      zk: '10.0.0.9:2181',
    });
    expect(asked).toEqual([]);
  });

  test('is on the network of the host when nothing is mapped', async () => {
    const { PORT_8080: _, ...unmapped } = MARATHON;

    expect((await register(unmapped)).ports).toEqual({ 8080: 8080 });
  });

  test('must have its control port mapped when others are', async () => {
    const { PORT_8080, ...others } = MARATHON;

    await expect(register({ ...others, PORT_80: PORT_8080 })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message: expect.stringContaining('PORT_8080'),
    });
  });

  test('tells a host that does not resolve', async () => {
    await expect(register({ ...MARATHON, HOST: 'nowhere' })).rejects.toThrow(/HOST is "nowhere"/);
  });

  test('believes an address that was said outright', async () => {
    const {
      ip,
      public: address,
      node,
    } = await register({
      ...MARATHON,
      HOST: 'nowhere',
      ochopod_ip: '10.9.9.9',
      ochopod_public: '54.9.9.9',
      ochopod_node: 'rack-2',
    });

    expect({ ip, address, node }).toEqual({ ip: '10.9.9.9', address: '54.9.9.9', node: 'rack-2' });
  });
});

describe('on EC2', () => {
  test('asks for id and addresses with a session token, when the machine says that it is one', async () => {
    files['/sys/devices/virtual/dmi/id/sys_vendor'] = 'Amazon EC2\n';

    expect(await register(MARATHON)).toMatchObject({
      fwk: 'marathon (ec2)',
      node: 'i-0123',
      ip: '172.16.0.4',
      public: '54.1.2.3',
      ports: { 8080: 31_004 },
    });
    expect(asked[0]).toMatchObject({ method: 'PUT', url: 'http://imds/latest/api/token' });
    expect(asked[1]).toMatchObject({ method: 'GET', headers: { 'x-aws-ec2-metadata-token': 'TOKEN' } });
  });

  test('may have no public address', async () => {
    metadata['meta-data/public-ipv4'] = { status: 404, body: 'not found' };

    expect((await register({ ...MARATHON, ochopod_ec2: 'true' })).public).toBe('');
  });

  test('may have an IPv6 address, and no other', async () => {
    metadata['meta-data/local-ipv4'] = { status: 404, body: '' };
    metadata['meta-data/public-ipv4'] = { status: 404, body: '' };
    metadata['meta-data/ipv6'] = { status: 200, body: '2001:db8::7' };

    expect(await register({ ...MARATHON, ochopod_ec2: 'true' })).toMatchObject({
      ip: '2001:db8::7',
      public: '2001:db8::7',
    });
  });

  test('goes on without its metadata when that does not answer, and says so', async () => {
    files['/sys/devices/virtual/dmi/id/sys_vendor'] = 'Amazon EC2\n';
    metadata['api/token'] = new Error('no answer within 1000 ms');

    expect(await register(MARATHON)).toMatchObject({ fwk: 'marathon' });
    expect(warnings).toEqual([expect.stringContaining('no answer within 1000 ms')]);
  });

  test('fails without it when told to be there', async () => {
    metadata['api/token'] = { status: 403, body: '' };

    await expect(register({ ...MARATHON, ochopod_ec2: 'true' })).rejects.toMatchObject({
      code: 'UNREACHABLE',
      message: expect.stringContaining('403'),
    });
  });

  test('is not asked after when told not to be', async () => {
    files['/sys/devices/virtual/dmi/id/sys_vendor'] = 'Amazon EC2\n';

    expect(await register({ ...MARATHON, ochopod_ec2: 'false' })).toMatchObject({ fwk: 'marathon' });
    expect(asked).toEqual([]);
  });
});

describe('anywhere else', () => {
  test('says outright where it is', async () => {
    const env = { ochopod_cluster: 'web', ochopod_ip: '10.2.0.1', ochopod_task: 'web-0', ochopod_application: 'shop' };

    expect(await register(env)).toMatchObject({
      fwk: 'generic',
      ip: '10.2.0.1',
      node: 'this-host',
      task: 'web-0',
      application: 'shop',
      ports: { 8080: 8080 },
    });
  });

  test('registers an IPv6 address without brackets, however it was given', async () => {
    const env = { ochopod_cluster: 'web', ochopod_ip: '[fd00::7]', ochopod_public: '2001:db8::7' };

    expect(await register(env)).toMatchObject({ ip: 'fd00::7', public: '2001:db8::7' });
  });

  test('does not guess its address', async () => {
    await expect(register({ ochopod_cluster: 'web' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      hint: expect.stringContaining('ochopod_ip'),
    });
  });
});

describe('what is registered', () => {
  test('holds no secret', async () => {
    const registration = await register({
      ochopod_local: 'true',
      ochopod_zk: 'zk://me:hunter2@10.0.0.9:2181',
      ochopod_token: 'hunter2',
      ochopod_api_key: 'hunter2',
      ochopod_db_password: 'hunter2',
      ochopod_upstream: 'https://me:hunter2@db/x',
      ochopod_db_pass: 'hunter2',
      ochopod_smtp_pwd: 'hunter2',
      ochopod_basic_auth: 'joe:hunter2',
      ochopod_passphrase: 'hunter2',
      ochopod_db_dsn: 'ann:hunter2@tcp(db.example)/d',
      ochopod_source: 'ann:hunter2@tcp(db.example)/d',
      ochopod_conf: '{"password":"hunter2"}',
      ochopod_mq_url: 'amqp://ann:h/@hunter2@mq.example',
      ochopod_chat: 'https://hooks.example/T0/B0/hunter2',
      ochopod_keyspace: 'orders',
      ochopod_rack: '{"row": 4}',
      ochopod_seq: '7',
      ochopod_dead: 'true',
    });

    expect(JSON.stringify(registration)).not.toMatch(/hunter2|\*\*\*/);
    expect(registration).toMatchObject({ keyspace: 'orders', rack: '{"row": 4}', port: '8080', zk: '10.0.0.9:2181' });
    expect(registration).not.toHaveProperty('seq');
    expect(registration).not.toHaveProperty('dead');
  });

  test('names the port that was free when any would do', async () => {
    const registration = await register({ ochopod_local: 'true', ochopod_port: '0', PORT_80: '8000' });

    const listening = atPort(registration, 40_123);

    expect(listening).toMatchObject({ port: '40123', ports: { 80: 8000, 40123: 40_123 } });
    expect(parseRegistration(listening)).toEqual(listening);
  });
});

async function register(env: Environment) {
  const settings = readSettings(env);
  const placement = await findPlacement(settings, world);
  return describePod({ settings, placement, zk: '10.0.0.9:2181', env, views: { check: true, ok: false } });
}

const world: Surroundings = {
  hostname: 'this-host',
  metadataEndpoint: 'http://imds/',
  warn: (message) => warnings.push(message),
  readText: async (path) => {
    const text = files[path];
    if (text === undefined) throw new Error(`no ${path}`);
    return text;
  },
  resolve: async (host) => {
    if (host === 'nowhere') throw new Error('ENOTFOUND');
    return '10.1.0.7';
  },
  http: async (request) => {
    asked.push(request);
    const answer = metadata[request.url.replace('http://imds/latest/', '')] ?? { status: 404, body: '' };
    if (answer instanceof Error) throw answer;
    return answer;
  },
};
