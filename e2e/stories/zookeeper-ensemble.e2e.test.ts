import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { zookeeperAvailable } from '../../scripts/zookeeper.mjs';
import { EnsembleStage, type Server } from '../support/ensemble-stage.ts';
import { eventually } from '../support/eventually.ts';
import { missingAt, Writer } from '../support/writer.ts';

const availability = zookeeperAvailable();
const title = `the ZooKeeper ensemble of the examples${availability.available ? '' : ` (SKIPPED: ${availability.because})`}`;

describe.skipIf(!availability.available)(title, () => {
  test('forms, is waited for, grows with its data and heals', async () => {
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
    const five = await stage.untilLed(4, 60_000);
    await writer.more(100);
    await eventually('the page knows all five', async () => Object.keys(await stage.page()).length === 5);

    process.kill((await stage.processes(five.leader)).server, 'SIGKILL');
    await writer.more(100);
    const healed = await stage.untilLed(4);
    expect(healed.leader.seq).not.toBe(five.leader.seq);

    await writer.stop();
    for (const { address } of healed.servers) {
      await eventually(`${address} has what was acknowledged`, async () => {
        expect(await missingAt(address, writer.acknowledged)).toEqual([]);
        return true;
      });
    }
  });
});

const modesOf = (servers: readonly Server[]) => Object.fromEntries(servers.map(({ address, mode }) => [address, mode]));
