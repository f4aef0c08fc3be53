import { expect, test } from 'vitest';

import { type Fleet, fleet } from '../support/fleet.ts';
import { ocho, words } from '../support/ocho.ts';

const OLD = 'ochopod.demo.web-2026-01-01-00-00-00';
const NEW = 'ochopod.demo.web-1970-01-01-00-00-00';

const bump = (world: Fleet, line: string) => ocho(words(`bump --marathon fake demo.web ${line}`), world);

test('an abort has old pods that died meanwhile replaced before it takes a new one away', async () => {
  const world = await fleet([{ id: OLD, instances: 2 }]);
  await bump(world, '-v 2 --canary 2');
  for (const seq of [0, 1]) {
    const pod = world.pods.find((each) => each.seq === seq);
    if (pod === undefined) throw new Error(`there is no #${seq}`);
    const died = { how: 'killed', why: 'it was shut down', at: '2026-01-31T12:00:00.000Z' } as const;
    world.change(`demo.web #${seq}`, {
      ...{ habit: 'dead', info: { ...pod.info, died }, registration: { ...pod.registration, dead: 'true' } },
    });
  }
  const before = world.told().length;
  const { code } = await bump(world, '--abort --force');

  const told = world.toldOfPods().slice(before);
  expect(told).toEqual(['remove task #0 task #1', `scale ${OLD} 2`, `delete ${NEW}`]);
  expect((await world.scheduler.list()).map(({ id, instances }) => `${id} ${instances}`)).toEqual([`${OLD} 2`]);
  expect(code).toBe(0);
});
