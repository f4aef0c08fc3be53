import type { Line } from '../lab/line.ts';
import { residentMegabytes } from '../lab/resident-megabytes.ts';
import { interleaved, type Samples } from '../lab/samples.ts';
import { type Rivals, startRivals, stopRivals } from '../sandbox/servers.ts';
import { Workloads } from '../sandbox/workloads.ts';

const ROUNDS = 5;
const SESSIONS = 1000;

/** The sandbox's ZooKeeper beside Apache's, the same client for both. */
export async function* sandbox(): AsyncGenerator<Line> {
  yield* between(false, inMemory);
  yield* between(true, onDisk);
}

interface Pair {
  readonly rivals: Rivals;
  readonly ours: Workloads;
  readonly theirs: Workloads;
}

async function* between(durable: boolean, measure: (pair: Pair) => AsyncGenerator<Line>): AsyncGenerator<Line> {
  const rivals = await startRivals(durable);
  try {
    const ours = await Workloads.on(rivals.sandbox);
    const theirs = await Workloads.on(rivals.apache);
    yield* measure({ rivals, ours, theirs });
    await Promise.all([ours.close(), theirs.close()]);
  } finally {
    await stopRivals(rivals);
  }
}

async function* inMemory(pair: Pair): AsyncGenerator<Line> {
  const { sandbox: ours, apache: theirs } = pair.rivals;
  const [mine, others] = [[residentMegabytes(ours.pid)], [residentMegabytes(theirs.pid)]];
  yield compared({ what: 'resident memory, just started', unit: 'MB', ours: mine, theirs: others });
  await warmUp(pair);
  yield await rates(pair, 'reads, one after the other', ({ oneByOneReads }) => oneByOneReads());
  yield await rates(pair, 'reads, 500 at once', ({ pipelinedReads }) => pipelinedReads());
  yield await rates(pair, 'writes, one after the other', ({ oneByOneWrites }) => oneByOneWrites());
  yield await rates(pair, 'writes, 500 at once', ({ pipelinedWrites }) => pipelinedWrites());
  yield* crowds(pair);
  yield* watchers(pair);
}

async function* onDisk(pair: Pair): AsyncGenerator<Line> {
  await warmUp(pair);
  const remark = 'synced before they are acknowledged';
  yield { ...(await rates(pair, 'durable writes, one after the other', (to) => to.oneByOneWrites())), remark };
  yield { ...(await rates(pair, 'durable writes, 500 at once', (to) => to.pipelinedWrites())), remark };
}

/** Java compiles what it finds to run often. */
async function warmUp({ ours, theirs }: Pair): Promise<void> {
  for (const to of [ours, theirs]) {
    for (let round = 0; round < 4; round += 1) {
      await to.pipelinedReads();
      await to.pipelinedWrites();
    }
  }
}

async function rates(pair: Pair, what: string, measure: (to: Workloads) => Promise<number>): Promise<Line> {
  const { ours, theirs } = pair;
  const [measured = [], samples = []] = await interleaved(ROUNDS, [() => measure(ours), () => measure(theirs)]);
  return compared({ what, unit: 'ops/s', ours: measured, theirs: samples });
}

async function* crowds(pair: Pair): AsyncGenerator<Line> {
  const [ours, theirs] = await inTurn(pair, (to) => to.crowd());
  const line = lines(ours, theirs);
  yield line('10 000 ephemerals below one znode created, 500 at once', 'ops/s', ({ creates }) => creates);
  yield line('getChildren of these 10 000, one after the other', 'ops/s', ({ lists }) => lists);
  yield line('the end of the session that has them', 'ms', ({ endMs }) => endMs);
}

async function* watchers(pair: Pair): AsyncGenerator<Line> {
  const [ours, theirs] = await inTurn(pair, (to) => to.watchers(SESSIONS));
  const line = lines(ours, theirs);
  yield line(`${SESSIONS} sessions begun, 50 at once`, 'ops/s', ({ connects }) => connects);
  yield line(`a change of 10 znodes that ${SESSIONS} sessions watch: events`, 'ops/s', ({ events }) => events);
  yield line(`resident memory, with ${SESSIONS} sessions of 10 watches each`, 'MB', ({ megabytes }) => megabytes);
}

/** As `interleaved`, for measurements that have several results. */
async function inTurn<T>({ ours, theirs }: Pair, measure: (to: Workloads) => Promise<T>): Promise<[T[], T[]]> {
  const results: [T[], T[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    results[0].push(await measure(ours));
    results[1].push(await measure(theirs));
  }
  return results;
}

function lines<T>(ours: readonly T[], theirs: readonly T[]) {
  return (what: string, unit: Line['unit'], pick: (result: T) => number) =>
    compared({ what, unit, ours: ours.map(pick), theirs: theirs.map(pick) });
}

interface Compared extends Pick<Line, 'what' | 'unit' | 'ours'> {
  readonly theirs: Samples;
}

function compared({ theirs, ...line }: Compared): Line {
  return { ...line, original: '', aim: '', floor: { what: "Apache's", samples: theirs } };
}
