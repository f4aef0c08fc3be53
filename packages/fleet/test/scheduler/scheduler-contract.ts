import { setTimeout as delay } from 'node:timers/promises';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { Application, ApplicationSpec, Change, ChangeOptions, Scheduler } from '../../src/scheduler/index.ts';

/** What the contract needs of whoever implements it: a scheduler that runs nothing yet. */
export interface SchedulerUnderTest extends AsyncDisposable {
  readonly scheduler: Scheduler;
  /** Its tasks run. */
  readonly image: string;
  /** So do those of this one. */
  readonly another: string;
  /** What is to be said of an application whose change never ends. */
  readonly stuck: Partial<ApplicationSpec>;
}

/** What every `Scheduler` promises. */
export function describeScheduler(title: string, start: () => Promise<SchedulerUnderTest>): void {
  describe(title, () => {
    let under: SchedulerUnderTest;
    let scheduler: Scheduler;
    let ended: AbortController;
    let options: ChangeOptions;

    beforeEach(async () => {
      under = await start();
      ({ scheduler } = under);
      ended = new AbortController();
      options = { force: false, signal: ended.signal };
    });

    afterEach(async () => {
      ended.abort(new Error('the test is over'));
      await under[Symbol.asyncDispose]();
    });

    describe('applications', () => {
      test('are there with their tasks once their creation is done, as they were asked for', async () => {
        const change = await created({ instances: 2 });

        const application = await found('demo.web');
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
        for (const id of ['demo.web', 'demo.db', 'other.web']) await created({ id });

        const listed = await scheduler.list(options.signal);
        expect(listed.map(({ id }) => id)).toEqual(['demo.db', 'demo.web', 'other.web']);
        expect(listed[0]).toEqual(await found('demo.db'));
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
        await created();

        await expect(scheduler.create(spec(), options)).rejects.toMatchObject({ code: 'CONFLICT' });
        expect((await found('demo.web')).tasks).toHaveLength(1);
      });
    });

    describe('changes', () => {
      test('of the size keep the tasks that stay', async () => {
        await created({ instances: 2 });
        const before = await tasksOf('demo.web');
        await done(await scheduler.scale('demo.web', 3, options));
        const grown = await tasksOf('demo.web');
        await done(await scheduler.scale('demo.web', 1, options));
        const shrunk = await tasksOf('demo.web');

        expect(grown).toEqual(expect.arrayContaining(before));
        expect(grown).toHaveLength(3);
        expect(shrunk).toHaveLength(1);
        expect(grown).toEqual(expect.arrayContaining(shrunk));
        expect((await found('demo.web')).instances).toBe(1);
      });

      test('that remove tasks remove exactly those, and pass over who is gone', async () => {
        await created({ instances: 3 });
        const [first = '', second = '', third = ''] = await tasksOf('demo.web');
        await done(await scheduler.removeTasks('demo.web', [second], options));

        expect(await tasksOf('demo.web')).toEqual(expect.arrayContaining([first, third]));
        expect(await found('demo.web')).toMatchObject({ instances: 2, tasks: { length: 2 } });
      });

      test('of the image are new tasks, and nothing else', async () => {
        const { version } = await created();
        const before = await tasksOf('demo.web');
        const change = await scheduler.setImage('demo.web', under.another, options);
        await done(change);

        const after = await found('demo.web');
        expect(after).toMatchObject({ image: under.another, env: { COLOR: 'blue' }, instances: 1 });
        expect(after.version).toBe(change.version);
        expect(after.version).not.toBe(version);
        expect(before).not.toContain(after.tasks[0]?.id);
        expect(after.tasks[0]?.version).toBe(change.version);
      });

      test('of everything leave what was not said as it was asked for last', async () => {
        await created();
        await done(await scheduler.replace('demo.web', spec({ env: { COLOR: 'red' }, labels: {} }), options));

        expect(await found('demo.web')).toMatchObject({ id: 'demo.web', env: { COLOR: 'red' }, image: under.image });
      });

      test('that copy an application leave it alone, and add labels', async () => {
        await created({ instances: 2 });
        const original = await found('demo.web');
        await done(
          await scheduler.copy(
            'demo.web',
            { id: 'demo.web-2', image: under.another, instances: 1, labels: { copy: 'yes' } },
            options,
          ),
        );

        expect(await found('demo.web')).toEqual(original);
        expect(await found('demo.web-2')).toMatchObject({
          image: under.another,
          instances: 1,
          env: { COLOR: 'blue' },
          labels: { team: 'shop', copy: 'yes' },
        });
      });

      test('that delete an application leave nothing of it', async () => {
        await created({ instances: 2 });
        await done(await scheduler.delete('demo.web', options));

        expect(await scheduler.get('demo.web', options.signal)).toBeUndefined();
        expect(await scheduler.list(options.signal)).toEqual([]);
      });

      test('that are done are done for whoever asks later, too', async () => {
        const change = await created();
        await done(change);
        await done(change);
      });
    });

    describe('a change that does not end', () => {
      let stuck: Change;

      beforeEach(async () => {
        stuck = await scheduler.create(spec(under.stuck), options);
      });

      test('is told while it is under way', async () => {
        expect((await found('demo.web')).changes).toEqual([stuck.id]);
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

        const forced = await scheduler.replace('demo.web', spec(), { ...options, force: true });
        await done(forced);
        expect((await found('demo.web')).changes).toEqual([]);
      });

      test('of a new application leaves nothing of it when it is undone', async () => {
        await done(await scheduler.undo(stuck, options));

        expect(await scheduler.get('demo.web', options.signal)).toBeUndefined();
      });
    });

    test('a change that is undone brings back what was there before', async () => {
      await created();
      const before = await found('demo.web');
      const change = await scheduler.replace('demo.web', spec(under.stuck), options);
      await done(await scheduler.undo(change, options));

      const after = await found('demo.web');
      expect(after).toMatchObject({ image: before.image, env: before.env, instances: 1, changes: [] });
      expect(after.tasks).toMatchObject([{ state: 'running' }]);
    });

    describe('versions', () => {
      test('are told newest first, with what each was', async () => {
        const { version: first } = await created();
        const change = await scheduler.setImage('demo.web', under.another, options);
        await done(change);

        expect(await scheduler.versions('demo.web', options.signal)).toMatchObject([
          { version: change.version, image: under.another, env: { COLOR: 'blue' } },
          { version: first, image: under.image, env: { COLOR: 'blue' } },
        ]);
      });

      test('that are gone back to run again', async () => {
        const { version: first } = await created();
        await done(await scheduler.setImage('demo.web', under.another, options));
        await done(await scheduler.rollback('demo.web', first, options));

        expect(await found('demo.web')).toMatchObject({ image: under.image, tasks: [{ state: 'running' }] });
      });
    });

    // That something changed is a hint, which may be lost: nothing but this can be relied on.
    test('whoever does not listen any more is told nothing', async () => {
      const enough = new AbortController();
      const told: string[] = [];
      scheduler.watch(() => told.push('something'), enough.signal);
      await created();
      enough.abort(new Error('enough'));
      told.length = 0;
      await done(await scheduler.scale('demo.web', 2, options));

      expect(told).toEqual([]);
    });

    test('an application becomes what another one was, and keeps its id and its size', async () => {
      await created({ id: 'demo.old', env: { COLOR: 'red' }, instances: 1 });
      const [version] = await scheduler.versions('demo.old', options.signal);
      await created({ image: under.another, instances: 2 });
      if (version === undefined) throw new Error('it has no version');
      await done(await scheduler.restore('demo.web', { version, labels: { extra: 'yes' } }, options));

      expect(await found('demo.web')).toMatchObject({
        ...{ image: under.image, instances: 2, env: { COLOR: 'red' }, labels: { team: 'shop', extra: 'yes' } },
      });
    });

    test('what an application is already is known, whatever the scheduler has added', async () => {
      await created({ labels: { team: 'shop', ochopod_bump_of: 'demo.old' } });
      const isAlready = (differing: Partial<ApplicationSpec>) =>
        scheduler.isAlready('demo.web', spec(differing), options.signal);

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

    test('a change that changes nothing leaves the version as it is', async () => {
      const { version: ifVersion } = await created({ instances: 2 });
      const change = await scheduler.scale('demo.web', 2, { ...options, ifVersion });
      await done(change);

      expect(change.version).toBe((await found('demo.web')).version);
    });

    test('a change that was planned for another version is refused, and changes nothing', async () => {
      const { version } = await created({ instances: 1 });
      await done(await scheduler.scale('demo.web', 2, { ...options, ifVersion: version }));
      const outdated = { ...options, ifVersion: version };
      const copy = { id: 'demo.next', image: under.image, instances: 1, labels: {} };

      const changes: (() => Promise<unknown>)[] = [
        () => scheduler.scale('demo.web', 3, outdated),
        () => scheduler.setImage('demo.web', under.another, outdated),
        () => scheduler.replace('demo.web', spec(), outdated),
        () => scheduler.rollback('demo.web', version, outdated),
        () => scheduler.copy('demo.web', copy, outdated),
        () => scheduler.delete('demo.web', outdated),
      ];
      for (const change of changes) await expect(change()).rejects.toMatchObject({ code: 'CONFLICT' });
      expect(await found('demo.web')).toMatchObject({ instances: 2, image: under.image });
    });

    test('what would be sent to create an application can be looked at, and creates nothing', async () => {
      expect(JSON.stringify(await scheduler.preview(spec(), options.signal))).toContain(under.image);
      expect(await scheduler.list(options.signal)).toEqual([]);
    });

    function spec(differing: Partial<ApplicationSpec> = {}): ApplicationSpec {
      return {
        id: 'demo.web',
        image: under.image,
        instances: 1,
        ports: [],
        env: { COLOR: 'blue' },
        labels: { team: 'shop' },
        resources: { cpus: 0.1, mem: 16 },
        hostVolumes: [],
        constraints: [],
        verbatim: {},
        ...differing,
      };
    }

    async function created(differing: Partial<ApplicationSpec> = {}): Promise<Change> {
      const change = await scheduler.create(spec(differing), options);
      await done(change);
      return change;
    }

    /** Fails rather than hangs, and says which change it was. */
    async function done(change: Change): Promise<void> {
      const late = delay(20_000, undefined, { signal: ended.signal }).then(() => {
        throw new Error(`change ${change.id} of ${change.application} is not done`);
      });
      late.catch(() => {}); // it is the test that ended first
      await Promise.race([scheduler.untilDone(change, ended.signal), late]);
    }

    async function found(id: string): Promise<Application> {
      const application = await scheduler.get(id, options.signal);
      if (application === undefined) throw new Error(`there is no ${id}`);
      return application;
    }

    async function tasksOf(id: string): Promise<string[]> {
      return (await found(id)).tasks.map((task) => task.id);
    }
  });
}
