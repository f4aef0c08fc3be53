import { Random } from '../../../packages/sandbox/test/zookeeper/hardship/random.ts';
import { FleetStage } from '../fleet-stage.ts';
import { KINDS } from './changes.ts';
import { Play, type Played } from './play.ts';

export interface Rounds {
  readonly rounds: number;
  readonly seed: number;
  /** How many there are at first; later there may be one more or less. */
  readonly pods: number;
  readonly onRound: (round: number, played: Played) => void;
}

/**
 * One change after the other is interrupted, after a time and by a signal that the seed decides, and then gone on with: in
 * the end the cluster is what was asked for, or it is said what is missing, and no bump ever leaves fewer pods running.
 */
export async function playInterruptions({ rounds, seed, pods, onRound }: Rounds): Promise<void> {
  await using stage = await FleetStage.open();
  await stage.deploy('web', pods);
  const play = new Play(stage, { fewest: pods - 1, most: pods + 1 });
  for (const [round, name] of order(seed, rounds).entries()) {
    try {
      onRound(round, await play.round(name, new Random(seed + 7919 * (round + 1))));
    } catch (cause) {
      const again = `to do it again: SEED=${seed} ROUNDS=${round + 1}`;
      throw new Error(`round ${round}: ${name}: ${String(cause)}\n${again}\n${play.told}`, { cause });
    }
  }
}

/** Every kind once, then every kind again. */
function order(seed: number, rounds: number): string[] {
  const random = new Random(seed);
  const names: string[] = [];
  for (let left: string[] = []; names.length < rounds; ) {
    if (left.length === 0) left = Object.keys(KINDS);
    names.push(...left.splice(random.below(left.length), 1));
  }
  return names;
}
