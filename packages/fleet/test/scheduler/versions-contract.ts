import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { ApplicationSpec, ChangeOptions, Scheduler } from '../../src/scheduler/index.ts';
import { ContractStage, type SchedulerUnderTest } from './contract-stage.ts';

/** What every `Scheduler` promises of versions, and of changes that are planned for one. */
export function describeVersions(title: string, start: () => Promise<SchedulerUnderTest>): void {
  describe(`${title}: versions`, () => {
    let stage: ContractStage;
    let under: SchedulerUnderTest;
    let scheduler: Scheduler;
    let options: ChangeOptions;

    beforeEach(async () => {
      stage = new ContractStage(await start());
      ({ under, scheduler, options } = stage);
    });

    afterEach(() => stage[Symbol.asyncDispose]());

    test('an application becomes what another one was, and keeps its id and its size', async () => {
      await stage.created({ id: 'demo.old', env: { COLOR: 'red' }, instances: 1 });
      const [version] = await scheduler.versions('demo.old', options.signal);
      await stage.created({ image: under.another, instances: 2 });
      if (version === undefined) throw new Error('it has no version');
      await stage.done(await scheduler.restore('demo.web', { version, labels: { extra: 'yes' } }, options));

      expect(await stage.found('demo.web')).toMatchObject({
        ...{ image: under.image, instances: 2, env: { COLOR: 'red' }, labels: { team: 'shop', extra: 'yes' } },
      });
    });

    test('what an application is already is known, whatever the scheduler has added', async () => {
      await stage.created({ labels: { team: 'shop', ochopod_bump_of: 'demo.old' } });
      const isAlready = (differing: Partial<ApplicationSpec>) =>
        scheduler.isAlready('demo.web', stage.spec(differing), options.signal);

      expect(await isAlready({})).toBe(true);
      const others = [
        { image: under.another },
        { instances: 2 },
        { env: {} },
        { labels: {} },
        { env: { COLOR: 'red' } },
      ];
      for (const other of others) expect({ other, is: await isAlready(other) }).toEqual({ other, is: false });
    });

    test('the versions that say the same as the present one are known', async () => {
      const { version: first } = await stage.created();
      const bumped = await scheduler.setImage('demo.web', under.another, options);
      await stage.done(bumped);
      const scaled = await scheduler.scale('demo.web', 2, options);
      await stage.done(scaled);

      const same = await scheduler.versionsLikeNow('demo.web', options.signal);
      expect([...same].sort()).toEqual([bumped.version, scaled.version].sort());
      expect(same).not.toContain(first);
      expect(await scheduler.versionsLikeNow('none', options.signal)).toEqual([]);
    });

    test('a change that changes nothing leaves the version as it is', async () => {
      const { version: ifVersion } = await stage.created({ instances: 2 });
      const change = await scheduler.scale('demo.web', 2, { ...options, ifVersion });
      await stage.done(change);

      expect(change.version).toBe((await stage.found('demo.web')).version);
    });

    test('a change that was planned for another version is refused, and changes nothing', async () => {
      const { version } = await stage.created({ instances: 1 });
      await stage.done(await scheduler.scale('demo.web', 2, { ...options, ifVersion: version }));
      const outdated = { ...options, ifVersion: version };
      const copy = { id: 'demo.next', image: under.image, instances: 1, labels: {} };

      const changes: (() => Promise<unknown>)[] = [
        () => scheduler.scale('demo.web', 3, outdated),
        () => scheduler.setImage('demo.web', under.another, outdated),
        () => scheduler.replace('demo.web', stage.spec(), outdated),
        () => scheduler.rollback('demo.web', version, outdated),
        () => scheduler.copy('demo.web', copy, outdated),
        () => scheduler.delete('demo.web', outdated),
      ];
      for (const change of changes) await expect(change()).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await stage.found('demo.web')).toMatchObject({ instances: 2, image: under.image });
    });
  });
}
