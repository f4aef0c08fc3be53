import { describe, expect, test } from 'vitest';

import { type Fleet, fleet } from '../support/fleet.ts';
import { ocho, words } from '../support/ocho.ts';

const OLD = 'ochopod.demo.web-2026-01-01-00-00-00';
const NEW = 'ochopod.demo.web-1970-01-01-00-00-00';

const bump = (world: Fleet) => ocho(words('bump --marathon fake demo.web -v 2 --batch 1'), world);
/** What somebody else does. */
const scaleTo = (world: Fleet, instances: number) =>
  world.scheduler.scale(OLD, instances, { force: true, signal: new AbortController().signal });
const sizeOf = async (world: Fleet, id: string) => (await world.scheduler.get(id))?.instances;

describe('a bump of a cluster that somebody else scales', () => {
  test.each([
    {
      when: 'after it was planned',
      scale: ({ scheduler }: Fleet, scale: () => Promise<unknown>) => {
        const { list } = scheduler;
        let looks = 0;
        scheduler.list = async () => {
          looks += 1;
          if (looks === 2) await scale();
          return list();
        };
      },
    },
    {
      when: 'after it has begun',
      scale: ({ scheduler }: Fleet, scale: () => Promise<unknown>) => {
        const { copy } = scheduler;
        scheduler.copy = async (...how) => {
          const change = await copy(...how);
          await scale();
          return change;
        };
      },
    },
    {
      when: 'while an old pod shuts down',
      scale: ({ scheduler }: Fleet, scale: () => Promise<unknown>) => {
        const { removeTasks } = scheduler;
        scheduler.removeTasks = async (...how) => {
          await scale();
          return removeTasks(...how);
        };
      },
    },
  ])('$when stops, says so, and takes nothing away that was asked for', async ({ scale }) => {
    const world = await fleet([{ id: OLD, instances: 2 }]);
    scale(world, () => scaleTo(world, 3));
    const { err, code } = await bump(world);

    expect(err).toMatch(/somebody else has changed|has version/);
    expect(code).toBe(4);
    expect(await sizeOf(world, OLD)).toBe(3);
  });

  test('before an old pod is shut down shuts none down', async () => {
    const world = await fleet([{ id: OLD, instances: 2 }]);
    const { get } = world.scheduler;
    let isThere = false;
    world.scheduler.get = async (id) => {
      // The old generation is looked at last right before one of its pods is told to go.
      if (id === OLD && isThere) await scaleTo(world, 3);
      isThere ||= id === NEW;
      return get(id);
    };
    const { pods, code } = await bump(world);

    expect(pods.asked.filter((asked) => asked.startsWith('kill'))).toEqual([]);
    expect(code).toBe(4);
  });

  test('leaves nothing to be said of a size while both generations are there', async () => {
    const world = await fleet([{ id: OLD, instances: 2 }]);
    await ocho(words('bump --marathon fake demo.web -v 2 --canary 1'), world);
    expect(await sizeOf(world, NEW)).toBe(1);

    for (const size of ['@3', '@4']) {
      const { err, code } = await ocho(words(`scale --marathon fake demo.web -f ${size}`), world);
      expect({ err, code }).toEqual({ err: expect.stringContaining('is being bumped to acme/web:2'), code: 4 });
    }
  });
});
