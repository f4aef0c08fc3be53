import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Change, ChangeOptions, Scheduler } from '../../src/scheduler/index.ts';
import { ContractStage, type SchedulerUnderTest } from './contract-stage.ts';
import { describeVersions } from './versions-contract.ts';

/** What every `Scheduler` promises. */
export function describeScheduler(title: string, start: () => Promise<SchedulerUnderTest>): void {
  describe(title, () => {
    let stage: ContractStage;
    let under: SchedulerUnderTest;
    let scheduler: Scheduler;
    let options: ChangeOptions;

    beforeEach(async () => {
      stage = new ContractStage(await start());
      ({ under, scheduler, options } = stage);
    });

    afterEach(() => stage[Symbol.asyncDispose]());

    describeVersions(() => stage);

    describe('applications', () => {
      test('are there with their tasks once their creation is done, as they were asked for', async () => {
        const change = await stage.created({ instances: 2 });

        const application = await stage.found('demo.web');
        expect(application).toMatchObject({
          id: 'demo.web',
          image: under.image,
          instances: 2,
          env: { COLOR: 'blue' },
          labels: { team: 'shop' },
          version: change.version,
          changes: [],
        });
        expect(application.tasks).toHaveLength(2);
        for (const { state, version } of application.tasks) {
          expect({ state, version }).toEqual({ state: 'running', version: change.version });
        }
        expect(new Set(application.tasks.map(({ id }) => id)).size).toBe(2);
      });

      test('are listed by id, with the same that each says alone', async () => {
        for (const id of ['demo.web', 'demo.db', 'other.web']) await stage.created({ id });

        const listed = await scheduler.list(options.signal);
        expect(listed.map(({ id }) => id)).toEqual(['demo.db', 'demo.web', 'other.web']);
        expect(listed[0]).toEqual(await stage.found('demo.db'));
      });

      test('that are not there are nothing, and cannot be changed', async () => {
        expect(await scheduler.get('none', options.signal)).toBeUndefined();

        const changes: (() => Promise<unknown>)[] = [
          () => scheduler.scale('none', 1, options),
          () => scheduler.setImage('none', under.image, options),
          () => scheduler.copy('none', { id: 'n', image: under.image, instances: 1, labels: {} }, options),
          () => scheduler.delete('none', options),
          () => scheduler.versions('none', options.signal),
          () => scheduler.rollback('none', '2026-01-01T00:00:00.000Z', options),
        ];
        for (const change of changes) await expect(change()).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      test('have an id for themselves', async () => {
        await stage.created();

        await expect(scheduler.create(stage.spec(), options)).rejects.toMatchObject({ code: 'CONFLICT' });
        expect((await stage.found('demo.web')).tasks).toHaveLength(1);
      });
    });

    describe('changes', () => {
      test('of the size keep the tasks that stay', async () => {
        await stage.created({ instances: 2 });
        const before = await stage.tasksOf('demo.web');
        await stage.done(await scheduler.scale('demo.web', 3, options));
        const grown = await stage.tasksOf('demo.web');
        await stage.done(await scheduler.scale('demo.web', 1, options));
        const shrunk = await stage.tasksOf('demo.web');

        expect(grown).toEqual(expect.arrayContaining(before));
        expect(grown).toHaveLength(3);
        expect(shrunk).toHaveLength(1);
        expect(grown).toEqual(expect.arrayContaining(shrunk));
        expect((await stage.found('demo.web')).instances).toBe(1);
      });

      test('that remove tasks remove exactly those, and pass over who is gone', async () => {
        await stage.created({ instances: 3 });
        const [first = '', second = '', third = ''] = await stage.tasksOf('demo.web');
        await stage.done(await scheduler.removeTasks('demo.web', [second], options));

        expect(await stage.tasksOf('demo.web')).toEqual(expect.arrayContaining([first, third]));
        expect(await stage.found('demo.web')).toMatchObject({ instances: 2, tasks: { length: 2 } });
      });

      test('of the image are new tasks, and nothing else', async () => {
        const { version } = await stage.created();
        const before = await stage.tasksOf('demo.web');
        const change = await scheduler.setImage('demo.web', under.another, options);
        await stage.done(change);

        const after = await stage.found('demo.web');
        expect(after).toMatchObject({ image: under.another, env: { COLOR: 'blue' }, instances: 1 });
        expect(after.version).toBe(change.version);
        expect(after.version).not.toBe(version);
        expect(before).not.toContain(after.tasks[0]?.id);
        expect(after.tasks[0]?.version).toBe(change.version);
      });

      test('of everything leave what was not said as it was asked for last', async () => {
        await stage.created();
        await stage.done(
          await scheduler.replace('demo.web', stage.spec({ env: { COLOR: 'red' }, labels: {} }), options),
        );

        expect(await stage.found('demo.web')).toMatchObject({
          id: 'demo.web',
          env: { COLOR: 'red' },
          image: under.image,
        });
      });

      test('that copy an application leave it alone, and add labels', async () => {
        await stage.created({ instances: 2 });
        const original = await stage.found('demo.web');
        await stage.done(
          await scheduler.copy(
            'demo.web',
            { id: 'demo.web-2', image: under.another, instances: 1, labels: { copy: 'yes' } },
            options,
          ),
        );

        expect(await stage.found('demo.web')).toEqual(original);
        expect(await stage.found('demo.web-2')).toMatchObject({
          image: under.another,
          instances: 1,
          env: { COLOR: 'blue' },
          labels: { team: 'shop', copy: 'yes' },
        });
      });

      test('that delete an application leave nothing of it', async () => {
        await stage.created({ instances: 2 });
        await stage.done(await scheduler.delete('demo.web', options));

        expect(await scheduler.get('demo.web', options.signal)).toBeUndefined();
        expect(await scheduler.list(options.signal)).toEqual([]);
      });

      test('that are done are done for whoever asks later, too', async () => {
        const change = await stage.created();
        await stage.done(change);
        await stage.done(change);
      });
    });

    describe('a change that does not end', () => {
      let stuck: Change;

      beforeEach(async () => {
        stuck = await scheduler.create(stage.spec(under.stuck), options);
      });

      test('is told while it is under way', async () => {
        expect((await stage.found('demo.web')).changes).toEqual([stuck.id]);
      });

      test('is waited for until the one who waits has enough, with their reason', async () => {
        const enough = new AbortController();
        const waiting = scheduler.untilDone(stuck, enough.signal);
        enough.abort(new Error('enough'));

        await expect(waiting).rejects.toThrow('enough');
      });

      test('keeps others out, who are told of it, until one of them takes over', async () => {
        const enough = new AbortController();
        const blocked: string[] = [];
        const onBlocked = (name: string) => {
          blocked.push(name);
          enough.abort(new Error('enough'));
        };
        const change = scheduler.scale('demo.web', 2, { ...options, signal: enough.signal, onBlocked });
        await expect(change).rejects.toThrow();
        expect(blocked).toEqual([stuck.id]);

        const forced = await scheduler.replace('demo.web', stage.spec(), { ...options, force: true });
        await stage.done(forced);
        expect((await stage.found('demo.web')).changes).toEqual([]);
      });

      test('of a new application leaves nothing of it when it is undone', async () => {
        await stage.done(await scheduler.undo(stuck, options));

        expect(await scheduler.get('demo.web', options.signal)).toBeUndefined();
      });
    });

    test('a change that is undone brings back what was there before', async () => {
      await stage.created();
      const before = await stage.found('demo.web');
      const change = await scheduler.replace('demo.web', stage.spec(under.stuck), options);
      await stage.done(await scheduler.undo(change, options));

      const after = await stage.found('demo.web');
      expect(after).toMatchObject({ image: before.image, env: before.env, instances: 1, changes: [] });
      expect(after.tasks).toMatchObject([{ state: 'running' }]);
    });

    describe('versions', () => {
      test('are told newest first, with what each was', async () => {
        const { version: first } = await stage.created();
        const change = await scheduler.setImage('demo.web', under.another, options);
        await stage.done(change);

        expect(await scheduler.versions('demo.web', options.signal)).toMatchObject([
          { version: change.version, image: under.another, env: { COLOR: 'blue' } },
          { version: first, image: under.image, env: { COLOR: 'blue' } },
        ]);
      });

      test('that are gone back to run again', async () => {
        const { version: first } = await stage.created();
        await stage.done(await scheduler.setImage('demo.web', under.another, options));
        await stage.done(await scheduler.rollback('demo.web', first, options));

        expect(await stage.found('demo.web')).toMatchObject({ image: under.image, tasks: [{ state: 'running' }] });
      });
    });

    // That something changed is a hint, which may be lost: nothing but this can be relied on.
    test('whoever does not listen any more is told nothing', async () => {
      const enough = new AbortController();
      const told: string[] = [];
      scheduler.watch(() => told.push('something'), enough.signal);
      await stage.created();
      enough.abort(new Error('enough'));
      told.length = 0;
      await stage.done(await scheduler.scale('demo.web', 2, options));

      expect(told).toEqual([]);
    });

    test('what would be sent to create an application can be looked at, and creates nothing', async () => {
      expect(JSON.stringify(await scheduler.preview(stage.spec(), options.signal))).toContain(under.image);
      expect(await scheduler.list(options.signal)).toEqual([]);
    });
  });
}
