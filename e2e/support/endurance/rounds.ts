import { Random } from '../../../packages/sandbox/test/zookeeper/hardship/random.ts';
import { eventually } from '../eventually.ts';
import { EnduranceStage, type Member, SESSION_MS } from './endurance-stage.ts';
import { FAULTS, type Fault } from './faults.ts';
import { problemOf } from './invariants.ts';

/** Within so long after a fault all is right again. */
const REPAIR_MS = Math.max(2 * SESSION_MS, 10_000);

export interface Rounds {
  readonly rounds: number;
  readonly seed: number;
  readonly onRound: (round: number, fault: string, backAfterMs: number) => void;
}

/**
 * One fault after the other, in an order and with lengths that the seed decides: after each all is right again in time, and
 * nobody was disturbed without need.
 */
export async function playRounds({ rounds, seed, onRound }: Rounds): Promise<void> {
  await using stage = await EnduranceStage.open();
  await eventually('all are configured', () => isWhole(stage), 60_000);
  const names = order(seed, rounds);
  for (const [round, name] of names.entries()) {
    const before = stage.members.map(markOf);
    const fault = FAULTS[name] as Fault;
    try {
      await fault.happen({ stage, random: new Random(seed + 7919 * (round + 1)) });
      const over = performance.now();
      await eventually('all is right again', () => isWhole(stage), REPAIR_MS);
      checkUndisturbed(stage, before, fault);
      onRound(round, name, Math.round(performance.now() - over));
    } catch (cause) {
      const again = `to do it again: SEED=${seed} ROUNDS=${round + 1}`;
      throw new Error(`round ${round}: ${name}: ${String(cause)}\n${again}\n${await told(stage)}`, { cause });
    }
  }
}

/** Every fault once, then every fault again. */
function order(seed: number, rounds: number): string[] {
  const random = new Random(seed);
  const names: string[] = [];
  for (let left: string[] = []; names.length < rounds; ) {
    if (left.length === 0) left = Object.keys(FAULTS);
    names.push(...left.splice(random.below(left.length), 1));
  }
  return names;
}

async function isWhole(stage: EnduranceStage): Promise<boolean> {
  const problem = await problemOf(stage);
  if (problem !== undefined) throw new Error(problem);
  return true;
}

interface Mark {
  readonly member: Member;
  readonly registrations: number;
  readonly starts: number;
  readonly configurations: number;
}

function markOf(member: Member): Mark {
  const { output, configurations } = member.pod;
  return {
    member,
    configurations,
    registrations: output.match(/registered as #/g)?.length ?? 0,
    starts: output.match(/process started/g)?.length ?? 0,
  };
}

/**
 * Nobody's process is restarted for what happens in its own cluster; and where nobody may be disturbed, nor is anybody
 * configured again.
 */
function checkUndisturbed(stage: EnduranceStage, before: readonly Mark[], { disturbs }: Fault): void {
  const remaining = before.filter(({ member }) => stage.members.includes(member));
  const isSame = remaining.length === before.length && remaining.every(wasRegisteredOnce);
  const isStill = disturbs === undefined ? isSame : disturbs === 'nobody';
  for (const mark of remaining) {
    const { cluster, pod } = mark.member;
    const { starts, configurations } = markOf(mark.member);
    const label = `${cluster} #${pod.seq}`;
    if ((cluster === 'web' || isStill) && starts !== mark.starts) throw new Error(`${label} was restarted`);
    if (isStill && configurations !== mark.configurations) throw new Error(`${label} was configured again`);
  }
}

const wasRegisteredOnce = (mark: Mark): boolean => markOf(mark.member).registrations === mark.registrations;

/** The end of what every agent said. */
async function told(stage: EnduranceStage): Promise<string> {
  const tails = stage.members.map(({ cluster, pod }) => {
    return `--- ${cluster} #${pod.seq}\n${pod.output.split('\n').slice(-25).join('\n')}`;
  });
  return tails.join('\n');
}
