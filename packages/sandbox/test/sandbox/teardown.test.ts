import { ManualClock } from 'ochopod-core/testing';
import { describe, expect, test } from 'vitest';

import { Teardown } from '../../src/sandbox/teardown.ts';

describe('a teardown', () => {
  test('undoes the last first, and once', async () => {
    const { teardown, happened } = begun();
    for (const what of ['a', 'b']) teardown.later(what, async () => void happened.push(what));

    await Promise.all([teardown.run(), teardown.run()]);
    expect(happened).toEqual(['b', 'a']);
  });

  test('goes on after a step that fails, and says so', async () => {
    const { teardown, happened } = begun();
    teardown.later('a', async () => void happened.push('a'));
    teardown.later('b', () => Promise.reject(new Error('it is stuck')));

    await teardown.run();
    expect(happened).toEqual(['b: it is stuck', 'a']);
  });

  test('does not wait for a step for ever', async () => {
    const { teardown, happened, clock } = begun();
    teardown.later('a', async () => void happened.push('a'));
    teardown.later('b', () => new Promise(() => {}));

    const over = teardown.run();
    await clock.advance(1000);
    await over;
    expect(happened).toEqual(['b: ending b did not finish within 1 s', 'a']);
  });
});

function begun() {
  const clock = new ManualClock();
  const happened: string[] = [];
  const onProblem = (problem: string) => happened.push(problem);
  return { clock, happened, teardown: new Teardown({ clock, stepMs: 1000, onProblem }) };
}
