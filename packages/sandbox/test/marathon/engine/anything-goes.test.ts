import fc from 'fast-check';
import { isOchoError } from 'ochopod-core';
import { expect, test } from 'vitest';

import { draft, HEALTH_CHECK } from './drafts.ts';
import type { FakeTask } from './fake-runner.ts';
import { World } from './world.ts';

type Step = (world: World) => unknown;

const id = fc.constantFrom('/a', '/b', '/g/c');
const force = fc.boolean().map((yes) => ({ force: yes }));

const update = fc
  .record({
    id,
    instances: fc.nat({ max: 4 }),
    env: fc.constantFrom({}, { A: '1' }, { A: '2' }),
    healthChecks: fc.constantFrom([], [HEALTH_CHECK]),
    dependencies: fc.constantFrom([], ['/a'], ['/g']),
    upgradeStrategy: fc.record({
      minimumHealthCapacity: fc.constantFrom(0, 0.5, 1),
      maximumOverCapacity: fc.constantFrom(0, 0.5, 1),
    }),
  })
  .map(draft);

const requests = fc.oneof(
  fc.tuple(fc.array(update, { maxLength: 3 }), force).map(
    ([drafts, how]): Step =>
      ({ engine }) =>
        engine.update(drafts, how),
  ),
  fc.tuple(id, force).map(
    ([app, how]): Step =>
      ({ engine }) =>
        engine.restart(app, how),
  ),
  fc.tuple(id, force).map(
    ([app, how]): Step =>
      ({ engine }) =>
        engine.delete(app, how),
  ),
  fc.tuple(fc.nat(), force).map(
    ([which, how]): Step =>
      ({ engine }) => {
        const deployment = pick(engine.deployments(), which);
        return deployment && engine.cancel(deployment.id, how);
      },
  ),
  fc.tuple(fc.nat(), fc.boolean()).map(
    ([which, wipe]): Step =>
      ({ engine }) => {
        const instance = pick(engine.instances(), which);
        return instance && engine.kill([instance.taskId], { wipe });
      },
  ),
  fc.tuple(fc.nat(), force).map(
    ([which, how]): Step =>
      ({ engine }) => {
        const instance = pick(engine.instances(), which);
        return instance && engine.killAndScale([instance.taskId], how);
      },
  ),
);

const mishaps = fc.oneof(
  onTask((task) => task.fail()),
  onTask((task) => task.finish()),
  onTask((task) => task.kills.length > 0 && task.die()),
  onTask((task) => task.isHealthy(true)),
  onTask((task) => task.isHealthy(false)),
  onTask((task) => task.isHealthy(false, { isFatal: true })),
  fc.boolean().map(
    (yes): Step =>
      ({ runner }) => {
        runner.isStubborn = yes;
      },
  ),
  fc.constantFrom('cannot start', undefined).map(
    (refusal): Step =>
      ({ runner }) => {
        runner.refusal = refusal;
      },
  ),
  fc.constantFrom(2, 1000).map(
    (count): Step =>
      ({ runner }) => {
        runner.portCount = count;
      },
  ),
  fc.nat({ max: 10_000 }).map(
    (ms): Step =>
      ({ clock }) =>
        clock.advance(ms),
  ),
);

const steps = fc.array(fc.tuple(fc.oneof(requests, mishaps), fc.boolean()), { maxLength: 40 });

test('whatever is asked for and whatever happens, in the end there is what was asked for', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const world = new World();
      for (const [step, settles] of story) {
        await play(world, step);
        if (settles) await world.settle();
      }

      await goWell(world);

      const { engine, runner } = world;
      expect(engine.deployments()).toEqual([]);
      for (const app of engine.apps()) expect(runner.alive(app.id)).toHaveLength(app.instances);
      const wanted = engine.apps().reduce((sum, { instances }) => sum + instances, 0);
      expect(engine.instances()).toHaveLength(wanted);
      expect(runner.ports.size).toBe(wanted);
      expect(world.clock.pending).toBe(0);
      await engine.close();
      expect(runner.alive()).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

/** Everybody may refuse. */
async function play(world: World, step: Step): Promise<void> {
  try {
    await step(world);
  } catch (error) {
    if (!isOchoError(error, 'CONFLICT', 'NOT_FOUND')) throw error;
  }
}

/** From now on nothing goes wrong. */
async function goWell(world: World): Promise<void> {
  const { runner, clock } = world;
  Object.assign(runner, { isStubborn: false, refusal: undefined, portCount: 1000 });
  for (let turn = 0; turn < 40; turn += 1) {
    for (const task of runner.alive()) {
      if (task.kills.length > 0) task.die();
      else task.isHealthy(true);
    }
    await clock.advance(turn === 0 ? 300_000 : 0);
  }
}

function onTask(act: (task: FakeTask) => unknown) {
  return fc.nat().map(
    (which): Step =>
      ({ runner }) => {
        const task = pick(runner.alive(), which);
        return task && act(task);
      },
  );
}

function pick<T>(all: readonly T[], which: number): T | undefined {
  return all[which % Math.max(1, all.length)];
}
