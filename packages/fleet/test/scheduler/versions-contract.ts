import { describe, expect, test } from 'vitest';

import type { ApplicationSpec } from '../../src/scheduler/index.ts';
import type { ContractStage } from './contract-stage.ts';

/** What every `Scheduler` promises of versions, and of changes that are planned for one. */
export function describeVersions(current: () => ContractStage): void {
  describe('versions', () => {
    test('an application becomes what another one was, and keeps its id and its size', async () => {
      await current().created({ id: 'demo.old', env: { COLOR: 'red' }, instances: 1 });
      const [version] = await current().scheduler.versions('demo.old', current().options.signal);
      await current().created({ image: current().under.another, instances: 2 });
      if (version === undefined) throw new Error('it has no version');
      await current().done(
        await current().scheduler.restore('demo.web', { version, labels: { extra: 'yes' } }, current().options),
      );

      expect(await current().found('demo.web')).toMatchObject({
        ...{
          image: current().under.image,
          instances: 2,
          env: { COLOR: 'red' },
          labels: { team: 'shop', extra: 'yes' },
        },
      });
    });

    test('what an application is already is known, whatever the scheduler has added', async () => {
      await current().created({ labels: { team: 'shop', ochopod_bump_of: 'demo.old' } });
      const isAlready = (differing: Partial<ApplicationSpec>) =>
        current().scheduler.isAlready('demo.web', current().spec(differing), current().options.signal);

      expect(await isAlready({})).toBe(true);
      const others = [
        { image: current().under.another },
        { instances: 2 },
        { env: {} },
        { labels: {} },
        { env: { COLOR: 'red' } },
      ];
      for (const other of others) expect({ other, is: await isAlready(other) }).toEqual({ other, is: false });
    });

    test('the versions that say the same as the present one are known', async () => {
      const { version: first } = await current().created();
      const bumped = await current().scheduler.setImage('demo.web', current().under.another, current().options);
      await current().done(bumped);
      const scaled = await current().scheduler.scale('demo.web', 2, current().options);
      await current().done(scaled);

      const same = await current().scheduler.versionsLikeNow('demo.web', current().options.signal);
      expect([...same].sort()).toEqual([bumped.version, scaled.version].sort());
      expect(same).not.toContain(first);
      expect(await current().scheduler.versionsLikeNow('none', current().options.signal)).toEqual([]);
    });

    test('a change that changes nothing leaves the version as it is', async () => {
      const { version: ifVersion } = await current().created({ instances: 2 });
      const change = await current().scheduler.scale('demo.web', 2, { ...current().options, ifVersion });
      await current().done(change);

      expect(change.version).toBe((await current().found('demo.web')).version);
    });

    test('a change that was planned for another version is refused, and changes nothing', async () => {
      const { version } = await current().created({ instances: 1 });
      await current().done(
        await current().scheduler.scale('demo.web', 2, { ...current().options, ifVersion: version }),
      );
      const outdated = { ...current().options, ifVersion: version };
      const copy = { id: 'demo.next', image: current().under.image, instances: 1, labels: {} };

      const changes: (() => Promise<unknown>)[] = [
        () => current().scheduler.scale('demo.web', 3, outdated),
        () => current().scheduler.setImage('demo.web', current().under.another, outdated),
        () => current().scheduler.replace('demo.web', current().spec(), outdated),
        () => current().scheduler.rollback('demo.web', version, outdated),
        () => current().scheduler.copy('demo.web', copy, outdated),
        () => current().scheduler.delete('demo.web', outdated),
      ];
      for (const change of changes) await expect(change()).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await current().found('demo.web')).toMatchObject({ instances: 2, image: current().under.image });
    });
  });
}
