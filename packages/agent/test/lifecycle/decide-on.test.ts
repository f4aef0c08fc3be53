import { parseClusterView } from 'ochopod-core';
import { describe, expect, test } from 'vitest';

import { decideOn, type OnSituation } from '../../src/lifecycle/decide-on.ts';
import { registrationOf, viewOf } from '../support/pod-under-test.ts';

const alone = parseClusterView(viewOf());
const withDb = parseClusterView(viewOf({ db: { a: registrationOf(1) } }));
const sameDb = parseClusterView(viewOf({ db: { a: registrationOf(1) } }));
const running: OnSituation = { state: 'running', view: undefined, lastView: alone, strict: false, held: false };

describe('an on', () => {
  test.each<[string, Partial<OnSituation>, string, string]>([
    ['of an operator, already running', {}, 'nothing', 'it is running'],
    ['of an operator, stopped', { state: 'stopped' }, 'start', 'an operator asked for it'],
    ['of an operator, waiting after a crash', { state: 'restarting' }, 'start', 'an operator asked for it'],
    ['of an operator, never configured', { state: 'stopped', lastView: undefined }, 'refuse', 'not been configured'],
    ['of the leader, nothing new', { view: alone }, 'nothing', 'no dependency changed'],
    ['of the leader, the same dependency', { view: withDb, lastView: sameDb }, 'nothing', 'no dependency changed'],
    ['of the leader, a new dependency', { view: withDb }, 'start', 'a dependency changed'],
    ['of the leader, a lost dependency', { view: alone, lastView: withDb }, 'start', 'a dependency changed'],
    ['of the leader, strict', { view: alone, strict: true }, 'start', 'at every configuration'],
    ['of the leader, first', { view: alone, state: 'stopped', lastView: undefined }, 'start', 'not running'],
    ['of the leader, held back', { view: alone, state: 'stopped', held: true }, 'prepare', 'before an operator'],
  ])('%s', (...[, situation, action, because]) => {
    const decision = decideOn({ ...running, ...situation } as OnSituation);

    expect(decision).toEqual({ action, because: expect.stringContaining(because) });
  });
});
