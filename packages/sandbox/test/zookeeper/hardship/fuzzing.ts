import { expect, vi } from 'vitest';

import { askForText } from '../support/raw-connection.ts';
import { Bystander } from './bystander.ts';
import { attack } from './hostile-client.ts';
import { Random } from './random.ts';
import { type Holding, ServerProcess } from './server-process.ts';

const AT_ONCE = 20;
/** What a round may leave behind, for good reasons: what was compiled meanwhile. */
const SPARE_BYTES = 8 * 2 ** 20;

export interface Fuzzing {
  readonly seed: number;
  /** Attacks of a round. There is one more round before, after which the memory must not grow. */
  readonly attacks: number;
  readonly rounds: number;
}

/** Attack a server, and see that nobody else minds and that nothing is left behind. */
export async function fuzz({ seed, attacks, rounds }: Fuzzing): Promise<{ attacked: number; worked: number }> {
  await using server = await ServerProcess.start({ maxSessionTimeoutMs: 3000 });
  const bystander = await Bystander.on(server.port);
  const working = bystander.work();
  const round = async (number: number) => {
    await bystander.prepare();
    const chance = (count: number) => new Random(seed + number * attacks + count);
    const attackers = Array.from({ length: AT_ONCE }, async (_, place) => {
      for (let count = place; count < attacks; count += AT_ONCE) await attack(server.port, chance(count));
    });
    await Promise.race([Promise.all(attackers), working]);
    return sweptUp(server, bystander);
  };
  const before = await round(0);
  for (let number = 1; number <= rounds; number += 1) {
    const { bytes } = await round(number);
    expect(bytes - before.bytes, `growth after round ${number}, seed ${seed}`).toBeLessThan(SPARE_BYTES);
  }
  bystander.end();
  await working;
  expect(server.errors).toBe('');
  return { attacked: attacks * (rounds + 1), worked: bystander.rounds };
}

/** When only one session is left, and only its znodes. */
async function sweptUp(server: ServerProcess, bystander: Bystander): Promise<Holding> {
  await vi.waitFor(async () => expect((await server.holding()).sessions).toBe(1), { timeout: 30_000, interval: 100 });
  expect(await counted(server.port)).toEqual({
    zk_num_alive_connections: 2, // the bystander's, and this one that asks
    zk_watch_count: expect.toSatisfy((count: number) => count <= 1),
    zk_ephemerals_count: 1,
  });
  await bystander.sweep();
  return server.holding();
}

async function counted(port: number): Promise<Readonly<Record<string, number>>> {
  const answer = await askForText(port, 'mntr');
  const counts = ['zk_num_alive_connections', 'zk_watch_count', 'zk_ephemerals_count'];
  return Object.fromEntries(counts.map((name) => [name, Number(new RegExp(`${name}\t(\\d+)`).exec(answer)?.[1])]));
}
