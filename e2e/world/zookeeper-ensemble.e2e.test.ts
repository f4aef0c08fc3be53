import process from 'node:process';

import { ClusterView, type Registration } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { configurationOf, membersOf, obstacleTo, predecessors } from '../../examples/zookeeper-ensemble/ensemble.js';
import { zookeeperAvailable } from '../../scripts/zookeeper.mjs';
import { EnsembleStage, type Server } from '../support/ensemble-stage.ts';
import { eventually } from '../support/eventually.ts';
import { missingAt, Writer } from '../support/writer.ts';

const availability = zookeeperAvailable();
const title = `the ZooKeeper ensemble of the examples${availability.available ? '' : ` (SKIPPED: ${availability.because})`}`;

describe.skipIf(!availability.available)(title, () => {
  // Ten of Apache's servers start in it, some of them one after the other.
  test('forms, is waited for, grows with its data and heals', { timeout: 600_000 }, async () => {
    await using stage = await EnsembleStage.open();
    const page = async () => (await stage.json('ls', 'marathon.page'))['marathon.page'];

    expect(await stage.ocho('deploy', 'page.yaml')).toMatchObject({ code: 0 });
    await eventually('the page waits for three servers', async () => {
      const { running, status } = await page();
      return running === 0 && status.includes('needs 3 ZooKeeper servers, there are 0');
    });

    const deployed = await stage.json('deploy', 'zookeeper.yaml', '-p', '3', '--strict');
    expect(deployed).toMatchObject({ 'zookeeper.yaml': { ok: true, up: expect.arrayContaining([0, 1, 2]) } });
    const three = await stage.untilLed(2);
    await eventually('the page is there', async () => (await page()).running === 1);
    expect(await stage.page()).toEqual(modesOf(three.servers));

    await using writer = new Writer();
    await writer.to(three.servers.map(({ address }) => address));
    await writer.more(200);
    const scaled = await stage.json('scale', 'marathon.zookeeper', '-f', '@5');
    expect(scaled).toMatchObject({ 'marathon.zookeeper': { ok: true, delta: 2 } });
    const five = await stage.untilLed(4);
    await writer.more(100);
    await eventually('the page knows all five', async () => Object.keys(await stage.page()).length === 5);

    process.kill((await stage.processes(five.leader)).server, 'SIGKILL');
    await writer.more(100);
    const healed = await stage.untilLed(4);
    expect(healed.leader.seq).not.toBe(five.leader.seq);

    await stage.ocho('kill', 'marathon.zookeeper', '-i', String(healed.leader.seq));
    await writer.more(100);
    const { servers } = await stage.untilLed(3, 5);

    await writer.stop();
    for (const { address } of servers) {
      await eventually(`${address} has what was acknowledged`, async () => {
        expect(await missingAt(address, writer.acknowledged)).toEqual([]);
        return true;
      });
    }
  });
});

describe('what may become an ensemble', () => {
  const rules = { minimum: 3, before: [] };

  test('is an odd number of servers, three or more', () => {
    expect(obstacleTo(members(0, 1), rules)).toBe('needs 3 servers, there are 2');
    expect(obstacleTo(members(0, 1, 2, 3), rules)).toBe('needs an odd number of servers, there are 4');
    expect(obstacleTo(members(0, 1, 2), rules)).toBeUndefined();
    expect(obstacleTo(members(0, 1, 2), { ...rules, minimum: 5 })).toBe('needs 5 servers, there are 3');
  });

  test('holds a majority of those that it was before', () => {
    expect(obstacleTo(members(0, 1, 3), { ...rules, before: members(0, 1, 2) })).toBeUndefined();
    expect(obstacleTo(members(0, 1, 2), { ...rules, before: members(0, 1, 2, 3, 4) })).toBeUndefined();
    const lost = obstacleTo(members(0, 3, 4), { ...rules, before: members(0, 1, 2) });
    expect(lost).toMatch(/^only #0 of the 3 servers that hold the data are left/);
  });

  test('has an id for each of its servers, however many came before them', () => {
    expect(members(0, 253, 254).map(({ id }) => id)).toEqual([1, 254, 1]);
    expect(obstacleTo(members(0, 253, 254), rules)).toBe('two of #0, #253, #254 would have the same id');
  });

  test('starts new servers after those that could do without them', () => {
    const before = (seq: number, ...all: number[]) => predecessors(members(...all), seq).map((member) => member.seq);
    expect([0, 1, 2].map((seq) => before(seq, 0, 1, 2))).toEqual([[], [], [0, 1]]);
    expect([0, 1, 2, 3, 4].map((seq) => before(seq, 0, 1, 2, 3, 4).length)).toEqual([0, 0, 0, 3, 4]);
  });
});

describe('the configuration of a server', () => {
  const options = { dataDir: '/data', tickTime: 2000 };

  test('in a network of its own listens inside, and reaches the others where they are mapped', () => {
    const lines = configurationOf(viewOf(1, {}), options).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      'server.1=10.0.0.1:31002:31003',
      'server.2=0.0.0.0:2888:3888',
      'server.3=10.0.0.3:31022:31023',
    ]);
    expect(lines).toEqual(expect.arrayContaining(['clientPort=2181', 'clientPortAddress=0.0.0.0']));
  });

  test('on the network of its host listens at its own address, where it is mapped', () => {
    const lines = configurationOf(viewOf(1, { network: 'host' }), options).split('\n');
    expect(lines).toEqual(
      expect.arrayContaining(['server.2=10.0.0.2:31012:31013', 'clientPort=31011', 'clientPortAddress=10.0.0.2']),
    );
  });

  test('is refused when a port is not exposed', () => {
    const pods = podsOf([4], { ports: { 8080: 31000, 2888: 31002, 3888: 31003 } });
    expect(() => membersOf(pods)).toThrow('#4 does not expose port 2181');
  });
});

const registrationOf = (seq: number, more: object = {}): Registration => ({
  ...{ cluster: 'zookeeper', namespace: 'marathon', application: '', task: '', node: '', public: '', port: '8080' },
  ip: `10.0.0.${seq + 1}`,
  ports: { 8080: 31000 + seq * 10, 2181: 31001 + seq * 10, 2888: 31002 + seq * 10, 3888: 31003 + seq * 10 },
  seq,
  ...more,
});
const podsOf = (seqs: readonly number[], more: object) =>
  Object.fromEntries(seqs.map((seq) => [`key-${seq}`, registrationOf(seq, more)]));
const members = (...seqs: number[]) => membersOf(podsOf(seqs, {}));
const viewOf = (seq: number, more: object) =>
  new ClusterView({ pods: podsOf([0, 1, 2], more), dependencies: {}, key: `key-${seq}` });

const modesOf = (servers: readonly Server[]) => Object.fromEntries(servers.map(({ address, mode }) => [address, mode]));
