import { type ClusterViewJson, type ControlTask, OchoError } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { type FakePod, until, World } from './world.ts';

const WEB = 'demo.web';

describe('the view of a cluster', () => {
  test('goes to who wants it, whole, and to older agents each time', async () => {
    const world = new World();
    const told = { ann: [] as string[], old: [] as string[] };
    const ann = world.start(WEB, { fields: { views: 'on' }, answers: recording(told.ann) });
    const old = world.start(WEB, { answers: recording(told.old) });
    await until(() => world.isConfigured(WEB, [ann, old]), 'configured');
    const rounds = old.views.length;

    expect(told.ann.slice(-3)).toEqual(['check nobody', 'on 2 for ann', 'ok nobody']);
    expect(told.old.slice(-3)).toEqual(['check 2 for old', 'on 2 for old', 'ok 2 for old']);
    expect(rounds).toBeGreaterThan(0);

    function recording(into: string[]) {
      const nameOf = (key: string) => (key === ann.key ? 'ann' : key === old.key ? 'old' : 'a stranger');
      const record = (task: ControlTask) => (view?: ClusterViewJson) => {
        const whose = view === undefined ? 'nobody' : `${Object.keys(view.pods).length} for ${nameOf(view.key)}`;
        into.push(`${task} ${whose}`);
      };
      return { check: record('check'), on: record('on'), ok: record('ok') };
    }
  });

  test('is not sent either to a pod that is asked again and has no use for it', async () => {
    const world = new World();
    const ann = world.start(WEB);
    await until(() => world.isConfigured(WEB, [ann]), 'configured');
    const asked: (ClusterViewJson | undefined)[] = [];
    const bob: FakePod = world.start(WEB, {
      fields: { views: 'on,ok' },
      answers: {
        check: (view?: ClusterViewJson) => {
          asked.push(view);
          if (asked.length < 4) throw new OchoError('not yet', { code: 'POD_REFUSED' });
        },
      },
    });
    for (let tries = 0; tries < 20 && !world.isConfigured(WEB, [ann, bob]); tries += 1) await world.clock.advance(5000);
    await until(() => world.isConfigured(WEB, [ann, bob]), 'bob was asked again');

    expect(asked.length).toBeGreaterThanOrEqual(4);
    expect(asked.every((view) => view === undefined)).toBe(true);
    expect(Object.keys(bob.views[0]?.pods ?? {})).toHaveLength(2);
  });
});
