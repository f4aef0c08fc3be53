import process from 'node:process';

import { describe, expect, test } from 'vitest';

import { zookeeperAvailable } from '../../scripts/zookeeper.mjs';
import { type Ensemble, EnsembleStage, type Server } from '../support/ensemble-stage.ts';
import { missingAt, Writer } from '../support/writer.ts';

const ROUNDS = Number(process.env['ROUNDS'] ?? 10);

const availability = zookeeperAvailable();
const title = `the ZooKeeper ensemble of the examples${availability.available ? '' : ` (SKIPPED: ${availability.because})`}`;

describe.skipIf(!availability.available)(title, () => {
  test(`loses ${ROUNDS} pods with all they had, one after the other, and no acknowledged write`, async () => {
    await using stage = await EnsembleStage.open();
    await stage.json('deploy', 'zookeeper.yaml', '-p', '3', '--strict');
    let ensemble = await stage.untilLed(2);
    await using writer = new Writer();

    for (let round = 0; round < ROUNDS; round += 1) {
      await writer.to(ensemble.servers.map(({ address }) => address));
      await writer.more(50);
      const lost = victim(ensemble, round);
      const { agent, server } = await stage.processes(lost);
      for (const pid of [agent, server]) process.kill(pid, 'SIGKILL');
      ensemble = await stage.untilReplaced(lost, ensemble.servers.length);
      console.log(`round ${round}: #${lost.seq} was lost; ${shown(ensemble)}; ${writer.acknowledged.length} written`);
    }

    await writer.stop();
    for (const { address } of ensemble.servers) expect(await missingAt(address, writer.acknowledged)).toEqual([]);
  });
});

/** The leader in every other round, else the oldest of the others. */
function victim({ leader, servers }: Ensemble, round: number): Server {
  const [follower = leader] = servers.filter(({ seq }) => seq !== leader.seq);
  return round % 2 === 0 ? leader : follower;
}

const shown = ({ servers }: Ensemble) => servers.map(({ seq, mode }) => `#${seq} ${mode}`).join(', ');
