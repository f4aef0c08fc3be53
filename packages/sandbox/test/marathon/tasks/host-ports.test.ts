import { ManualClock } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { seenLately } from '../../../src/marathon/tasks/free-ports.ts';
import { HostPorts, type HostPortsOptions } from '../../../src/marathon/tasks/host-ports.ts';
import { appWith, definedPort } from './apps.ts';

const create = (given: Partial<HostPortsOptions> = {}) =>
  new HostPorts({
    ...{ first: 100, last: 104, random: 0, canBind: async () => true, listening: () => new Set<number>() },
    listeningLately: given.listening ?? (() => new Set()),
    ...given,
  });
const wanting = (count: number) => appWith({ portDefinitions: Array.from({ length: count }, () => definedPort) });
const requiring = (port: number) => appWith({ requirePorts: true, portDefinitions: [{ ...definedPort, port }] });

describe('ports of the host', () => {
  test('are given in turn, each to one task', () => {
    const ports = create();

    expect([ports.reserve(wanting(2)), ports.reserve(wanting(1))]).toEqual([[100, 101], [102]]);
  });

  test('come back as late as possible, so that who still talks to the last task does not talk to the next', () => {
    const ports = create();
    ports.release(ports.reserve(wanting(1)));

    expect(ports.reserve(wanting(5))).toEqual([101, 102, 103, 104, 100]);
  });

  test('begin anywhere in the range', () => {
    expect(create({ random: 0.999 }).reserve(wanting(2))).toEqual([104, 100]);
  });

  test('are passed over while somebody else listens there', () => {
    expect(create({ listening: () => new Set([100, 102]) }).reserve(wanting(2))).toEqual([101, 103]);
  });

  test('are looked for once for all tasks of a moment, and anew a moment later', async () => {
    const clock = new ManualClock();
    let looks = 0;
    const look = () => new Set([100 + looks++]);
    const ports = create({ last: 1000, listening: look, listeningLately: seenLately(look, clock) });
    for (let task = 0; task < 200; task += 1) ports.reserve(wanting(2));
    expect(looks).toBe(1);

    await clock.advance(1000);
    ports.reserve(wanting(1));
    expect(looks).toBe(2);
  });

  test('that are required may have become free since the last look', () => {
    const ports = create({ listeningLately: () => new Set([8080]) });

    expect(ports.reserve(requiring(8080))).toEqual([8080]);
  });

  test('are refused when none is left, and none of the refused is kept', () => {
    const ports = create();

    expect(() => ports.reserve(wanting(6))).toThrow(expect.objectContaining({ code: 'CONFLICT' }));
    expect(ports.reserve(wanting(5))).toHaveLength(5);
  });

  test('can be required, also beyond the range', () => {
    expect(create().reserve(requiring(8080))).toEqual([8080]);
  });

  test('that are required are refused while another task has them, or another program', () => {
    const ports = create({ listening: () => new Set([9090]) });
    ports.reserve(requiring(8080));

    expect(() => ports.reserve(requiring(8080))).toThrow('port 8080 is taken');
    expect(() => ports.reserve(requiring(9090))).toThrow('port 9090 is taken');
  });

  test('that one of the application’s own ports requires are not given to another of them', () => {
    const mapping = { containerPort: 1, servicePort: 1, protocol: 'tcp', labels: {} };
    const portMappings = [
      { ...mapping, hostPort: 0 },
      { ...mapping, hostPort: 100 },
    ];

    expect(create().reserve(appWith({ container: { type: 'DOCKER', volumes: [], portMappings } }))).toEqual([101, 100]);
  });

  test('turn out to be taken only when a task starts, and are avoided then', async () => {
    const ports = create({ canBind: async (tried) => tried !== 100 });
    const [port = 0] = ports.reserve(wanting(1));

    await expect(ports.verify(wanting(1), [port])).rejects.toThrow('port 100 is taken');
    ports.release([port]);

    expect(ports.reserve(wanting(4))).toEqual([101, 102, 103, 104]);
    expect(ports.reserve(wanting(1))).toEqual([100]);
  });

  test('for datagrams are not checked', async () => {
    const ports = create({ canBind: async () => false });

    await ports.verify(appWith({ portDefinitions: [{ ...definedPort, protocol: 'udp' }] }), [100]);
  });
});
