import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, type PodProcess, Stage, titled } from '../support/stage.ts';

const DEPENDS_ON = ['backend', '/other.backend', 'back*'];
const WEB = { cluster: 'web', settings: { model: { dependsOn: DEPENDS_ON } } };
const BACKEND = { cluster: 'backend' };
const ELSEWHERE = { cluster: 'backend', namespace: 'other' };

describe.skipIf(missing)(titled('a cluster that depends on others'), () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await Stage.open();
  });

  afterAll(async () => {
    await stage[Symbol.asyncDispose]();
  });

  test.each([
    ['first', [WEB, BACKEND, BACKEND, ELSEWHERE]],
    ['last', [BACKEND, ELSEWHERE, BACKEND, WEB]],
    ['in between', [BACKEND, WEB, ELSEWHERE, BACKEND]],
  ])('sees all of them when it is started %s', async (position, order) => {
    const namespace = `demo-${position.replaceAll(' ', '-')}`;
    const other = `other-${position.replaceAll(' ', '-')}`;
    const dependsOn = ['backend', `/${other}.backend`, 'back*'];
    const pods = order.map((pod) =>
      stage.start({
        ...pod,
        namespace: 'namespace' in pod ? other : namespace,
        ...(pod === WEB && { settings: { model: { dependsOn } } }),
      }),
    );
    const web = pods[order.indexOf(WEB)] as PodProcess;
    await eventually('web sees 2 + 1 + 2 pods', () => sizes(web).join() === '2,1,2');

    const seen = views(web);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('is configured once when a dependency grows, and not at all when it changes its leader', async () => {
    const namespace = 'growing';
    // Nobody loses a session for want of time, and a leader that registers anew is back before the others settle.
    const model = { damper: 5 };
    const env = { ochopod_zk_timeout: '30' };
    const start = () => stage.start({ cluster: 'backend', namespace, settings: { model }, env });
    const backend = [start(), start()];
    const web = stage.start({ cluster: 'web', namespace, settings: { model: { dependsOn: ['backend'] } }, env });
    await eventually('web sees both', () => sizes(web).join() === '2', 60_000);
    const before = views(web).length;
    const starts = startsOf(web);

    backend.push(start());
    await eventually('web sees three', () => sizes(web).join() === '3', 60_000);
    expect(views(web).length).toBe(before + 1);

    const rows = await stage.json('grep', `${namespace}.backend`);
    const [leader] = Object.entries(rows).find(([, row]) => (row as { state: string }).state === 'leader') ?? [];
    const seq = leader?.split('#')[1] as string;
    expect(await stage.json('reset', `${namespace}.backend`, '-i', seq, '--registration')).toBeTruthy();
    await eventually('another one leads', async () => {
      const after = await stage.json('grep', `${namespace}.backend`);
      return after[leader as string].state === 'follower' && Object.keys(after).length === 3;
    });
    await eventually('all is recorded again', () => backend.some(({ output }) => output.includes('as before')));
    expect(views(web).length).toBe(before + 1);
    expect(startsOf(web)).toBe(starts + 1);
  });

  const startsOf = ({ output }: PodProcess): number => output.match(/process started/g)?.length ?? 0;

  const views = (pod: PodProcess): string[] =>
    pod.recorded.filter(({ event }) => event === 'configured').map(({ dependencies }) => JSON.stringify(dependencies));

  const sizes = (pod: PodProcess): number[] =>
    Object.values(pod.lastView?.dependencies ?? {}).map((pods) => pods.length);
});
