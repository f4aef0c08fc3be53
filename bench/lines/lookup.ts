import { systemClock } from 'ochopod-core';
import { listPods } from 'ochopod-core/registry';
import { connectSession } from 'ochopod-core/zookeeper';

import type { Lab } from '../lab/lab.ts';
import type { Line } from '../lab/line.ts';
import { RawZooKeeper } from '../lab/raw-zookeeper.ts';
import { interleaved, timed } from '../lab/samples.ts';

const ROUNDS = 9;
const PODS_PER_CLUSTER = 20;
const ROOT = '/ochopod/clusters';

const SIZES = [
  { pods: 1000, original: '0.31-0.35 s' },
  { pods: 5000, original: '1.4-1.6 s' },
];

/** How long it takes to read all pods that are registered. */
export async function* lookup(lab: Lab): AsyncGenerator<Line> {
  for (const { pods, original } of SIZES) {
    const chroot = `/lookup-of-${pods}`;
    const writer = await RawZooKeeper.connect(lab.zookeeper.port, 60_000);
    await register(writer, `${chroot}${ROOT}`, pods);
    const session = await connectSession(
      { servers: `${lab.zk}${chroot}`, sessionTimeoutMs: 60_000, connectTimeoutMs: 10_000, clock: systemClock },
      AbortSignal.timeout(20_000),
    );
    const raw = await RawZooKeeper.connect(lab.zookeeper.port, 60_000);
    const ours = async () => expectAll((await listPods(session, ['*'], AbortSignal.timeout(60_000))).pods, pods);
    const floor = async () => expectAll(await readAll(raw, `${chroot}${ROOT}`), pods);
    await ours();
    await floor();
    const [measured = [], samples = []] = await interleaved(ROUNDS, [() => timed(ours), () => timed(floor)]);
    yield {
      what: `lookup of ${pods} registered pods (${pods / PODS_PER_CLUSTER} clusters)`,
      ...{ original, aim: 'within 1.5 x of raw reads', unit: 'ms', ours: measured },
      floor: { what: 'the same reads, all sent at once, through node-zookeeper-client, JSON parsed', samples },
    };
    await session.close();
    raw.close();
    writer.close();
  }
}

async function register(zookeeper: RawZooKeeper, root: string, count: number): Promise<void> {
  const clusters = Array.from({ length: count / PODS_PER_CLUSTER }, (_, at) => `${root}/bench.cluster${at}/pods`);
  await Promise.all(clusters.map((path) => zookeeper.ensure(path)));
  const tickets = clusters.flatMap((path, cluster) =>
    Array.from({ length: PODS_PER_CLUSTER }, (_, at) => zookeeper.ticket(`${path}/${keyOf(cluster, at)}.`, DATA)),
  );
  await Promise.all(tickets);
}

function keyOf(cluster: number, at: number): string {
  return `00000000-0000-4000-${String(cluster).padStart(4, '0')}-${String(at).padStart(12, '0')}`;
}

/** As agents write it. */
const DATA = JSON.stringify({
  ...{ cluster: 'web', namespace: 'demo', application: 'demo.web', task: 'demo_web.8b1cf3a0', node: 'node-17' },
  ...{ ip: '127.0.0.1', public: '', port: '8080', ports: { 8080: 31_017, 80: 31_018 }, zk: '127.0.0.1:2181' },
  ...{ debug: 'false', local: 'false', start: 'true', fwk: 'marathon', seq: 17 },
});

async function readAll(zookeeper: RawZooKeeper, root: string): Promise<unknown[]> {
  const clusters = await zookeeper.children(root);
  const pods = await Promise.all(
    clusters.map(async (cluster) => {
      const path = `${root}/${cluster}/pods`;
      const names = await zookeeper.children(path);
      return Promise.all(names.map(async (name) => JSON.parse(await zookeeper.get(`${path}/${name}`))));
    }),
  );
  return pods.flat();
}

function expectAll(found: readonly unknown[], count: number): void {
  if (found.length !== count) throw new Error(`found ${found.length} pods of ${count}`);
}
