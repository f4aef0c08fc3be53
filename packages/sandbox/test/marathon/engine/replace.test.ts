import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { App } from '../../../src/marathon/app/app.ts';
import { decideReplace, isReplaced } from '../../../src/marathon/engine/decide.ts';
import { isCurrent, isUp } from '../../../src/marathon/engine/standing.ts';
import { HEALTH_CHECK } from './drafts.ts';
import { Fleet } from './fleet.ts';
import { definition } from './standings.ts';

const OLD = '2026-01-01T00:00:00.000Z';
const NEW = '2026-01-01T00:01:00.000Z';

interface Case {
  readonly it: string;
  readonly instances: number;
  readonly strategy: readonly [minimumHealthCapacity: number, maximumOverCapacity: number];
  /** Of the tasks there are: up or down. */
  readonly old: string;
  readonly launch: number;
  readonly retire: number;
}

const cases: Case[] = [
  { it: 'doubles first, by default', instances: 3, strategy: [1, 1], old: '+++', launch: 3, retire: 0 },
  {
    it: 'gives up half at once where half is enough',
    instances: 4,
    strategy: [0.5, 0],
    old: '++++',
    launch: 0,
    retire: 2,
  },
  { it: 'gives all up at once where none is needed', instances: 3, strategy: [0, 0], old: '+++', launch: 0, retire: 3 },
  { it: 'takes one too many where all are needed', instances: 3, strategy: [1, 0], old: '+++', launch: 1, retire: 0 },
  { it: 'rounds the minimum up', instances: 3, strategy: [0.5, 0], old: '+++', launch: 0, retire: 1 },
  { it: 'rounds the maximum down', instances: 3, strategy: [1, 0.5], old: '+++', launch: 1, retire: 0 },
  { it: 'gives up first what is down anyway', instances: 2, strategy: [1, 1], old: '++--', launch: 0, retire: 2 },
  { it: 'fills what is missing first', instances: 3, strategy: [1, 0], old: '+', launch: 2, retire: 0 },
  { it: 'starts at once where nothing runs', instances: 3, strategy: [1, 0], old: '', launch: 3, retire: 0 },
];

describe('replacing tasks', () => {
  test.each(cases)('$it', ({ instances, strategy, old, launch, retire }) => {
    const { app, fleet } = begin(
      instances,
      strategy,
      [...old].map((each) => each === '+'),
    );

    const decision = decideReplace(app, fleet.standings);

    expect({ launch: decision.launch, retire: decision.retire.length }).toEqual({ launch, retire });
  });

  test('gives up first what is down anyway, by name', () => {
    const { app, fleet } = begin(2, [1, 1], [true, false, true, false]);

    expect(decideReplace(app, fleet.standings).retire.map(isUp)).toEqual([false, false]);
  });

  test('never has fewer up than the strategy allows, nor more in all, whatever happens to the tasks', () => {
    fc.assert(
      fc.property(situations, ({ instances, strategy, old, mishaps }) => {
        const { app, fleet } = begin(instances, strategy, old);
        const { minHealthy, max } = limits(app);
        const most = Math.max(max, old.length);
        follow(app, fleet);
        for (const mishap of mishaps) {
          fleet.happen(mishap);
          const before = up(fleet);
          follow(app, fleet);
          expect(up(fleet)).toBeGreaterThanOrEqual(Math.min(before, minHealthy));
          expect(fleet.standings.length).toBeLessThanOrEqual(most);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('always comes to an end once new tasks stay up', () => {
    fc.assert(
      fc.property(situations, ({ instances, strategy, old, mishaps }) => {
        const { app, fleet } = begin(instances, strategy, old);
        follow(app, fleet);
        for (const mishap of mishaps) {
          fleet.happen(mishap);
          follow(app, fleet);
        }
        for (let turn = 0; turn < 50 && !isReplaced(app, fleet.standings); turn += 1) {
          fleet.goWell((each) => isCurrent(each, app));
          follow(app, fleet);
        }
        expect(isReplaced(app, fleet.standings)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('never comes to an end while new tasks do not come up', () => {
    const { app, fleet } = begin(3, [0.5, 0.5], [true, true, true]);

    for (let turn = 0; turn < 50; turn += 1) {
      fleet.launchAll();
      follow(app, fleet);
    }

    expect(isReplaced(app, fleet.standings)).toBe(false);
    expect(up(fleet)).toBe(2);
  });
});

const situations = fc.record({
  instances: fc.integer({ min: 1, max: 6 }),
  strategy: fc.tuple(fraction(), fraction()),
  old: fc.array(fc.boolean(), { maxLength: 8 }),
  mishaps: fc.array(
    fc.record({
      what: fc.constantFrom('launched', 'up', 'down', 'died', 'gone', 'killed' as const),
      which: fc.nat({ max: 20 }),
    }),
    { maxLength: 60 },
  ),
});

function fraction() {
  return fc.constantFrom(0, 0.2, 0.25, 0.5, 0.7, 1);
}

function begin(instances: number, [minimumHealthCapacity, maximumOverCapacity]: Case['strategy'], old: boolean[]) {
  const upgradeStrategy = { minimumHealthCapacity, maximumOverCapacity };
  const parts = { instances, upgradeStrategy, healthChecks: [HEALTH_CHECK] };
  return { app: definition(parts, NEW), fleet: new Fleet(definition(parts, OLD), old) };
}

/** Do what is decided, until nothing is. */
function follow(app: App, fleet: Fleet): void {
  for (let turn = 0; turn < 20; turn += 1) {
    const { launch, retire } = decideReplace(app, fleet.standings);
    if (launch === 0 && retire.length === 0) return;
    for (const each of retire) fleet.retire(each);
    for (let count = 0; count < launch; count += 1) fleet.add(app);
  }
  throw new Error('there was always something else to do');
}

function up(fleet: Fleet): number {
  return fleet.standings.filter(isUp).length;
}

function limits({ instances, upgradeStrategy }: App) {
  const minHealthy = Math.ceil(instances * upgradeStrategy.minimumHealthCapacity);
  const max = Math.floor(instances * (1 + upgradeStrategy.maximumOverCapacity));
  return { minHealthy, max: minHealthy === max ? max + 1 : max };
}
