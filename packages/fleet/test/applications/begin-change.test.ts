import { OchoError } from 'ochopod-core';
import { ManualClock } from 'ochopod-core/testing';
import { expect, test } from 'vitest';

import { type Changing, changing } from '../../src/applications/begin-change.ts';
import type { FleetWorkplace } from '../../src/applications/fleet.ts';
import type { Change, ChangeOptions } from '../../src/scheduler/index.ts';
import { FakePods } from '../../src/testing/fake-pods.ts';
import { FakeScheduler, type Fate } from '../../src/testing/fake-scheduler.ts';
import 'ochopod-core/control-client';

const WEB: Changing = { application: 'web', until: 600_000, force: false };

/** An application whose pods have this fate, and a change of it that something is in the way of. */
async function stage(fate: Fate) {
  const clock = new ManualClock();
  const scheduler = new FakeScheduler({ fates: { 'web:1': fate } });
  const { signal } = new AbortController();
  const spec = { id: 'web', image: 'web:1', instances: 1, ports: [], labels: {}, resources: {}, hostVolumes: [] };
  const env = { ochopod_cluster: 'web', ochopod_namespace: 'demo' };
  await scheduler.create({ ...spec, env, constraints: [], verbatim: {} }, { force: true, signal });
  const warnings: string[] = [];
  const workplace = {
    ...{ clock, signal, scheduler, pods: new FakePods(clock), progress: { watch: () => {} } },
    registry: { listPods: async () => ({ pods: scheduler.pods, problems: [], clusters: [] }), watch: () => {} },
    warn: (text: string) => warnings.push(text),
  } as unknown as FleetWorkplace;
  const blocked = ({ onBlocked, signal: until }: ChangeOptions): Promise<Change> => {
    onBlocked?.('d-1');
    return new Promise((_resolve, reject) => until.addEventListener('abort', () => reject(until.reason)));
  };
  return { clock, warnings, changed: changing(workplace, WEB, blocked) };
}

test('what is in the way and cannot end is not waited for, and the cause is said', async () => {
  const { clock, warnings, changed } = await stage('ends');
  const refused = expect(changed).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringMatching(/^web is locked by deployment d-1, which cannot end: .*3 ended by themselves/),
    details: { changes: ['d-1'] },
  });
  await clock.advance(10_000);

  await refused;
  expect(warnings).toEqual([expect.stringContaining('web is locked by deployment d-1: waiting for that')]);
  expect(clock.pending).toBe(0);
});

test.each(['dies', 'crash loop', 'never starts', 'runs'] as const)(
  'what is in the way is waited for to the end where how pods are (%s) does not matter to it',
  async (fate) => {
    const { clock, changed } = await stage(fate);
    let ended: unknown;
    const caught = changed.catch((error: unknown) => {
      ended = error;
    });
    await clock.advance(599_000);
    expect(ended).toBeUndefined();
    await clock.advance(10_000);

    await caught;
    expect(ended).toBeInstanceOf(OchoError);
    expect(ended).toMatchObject({ code: 'CONFLICT', message: 'web was still locked by deployment d-1' });
  },
);
