import { describe, expect, test } from 'vitest';

import { eventually } from '../support/eventually.ts';
import { missing, Stage, titled } from '../support/stage.ts';

const SIZE = 6;

describe.skipIf(missing)(titled('the order of a configuration'), () => {
  test('ascends by seq when sequential', async () => {
    await using stage = await Stage.open();
    const settings = { model: { sequential: true, damper: 2 } };
    const pods = Array.from({ length: SIZE }, () => stage.start({ settings }));
    await eventually('all are configured', () => pods.every(({ lastView }) => lastView?.size === SIZE), 60_000);

    for (const event of ['configure', 'configured'] as const) {
      const order = pods
        .flatMap(({ recorded }) => recorded.filter((entry) => entry.event === event && entry.size === SIZE))
        .sort((left, right) => left.at - right.at || left.seq - right.seq);
      expect(order.map(({ seq }) => seq)).toEqual(Array.from({ length: SIZE }, (_, seq) => seq));
    }
  });

  test('stops everybody before anybody starts with full shutdown', async () => {
    await using stage = await Stage.open();
    const settings = { model: { fullShutdown: true } };
    const pods = [stage.start({ settings })];
    await eventually('one is configured', () => pods[0]?.lastView?.size === 1);
    pods.push(stage.start({ settings }), stage.start({ settings }));
    await eventually('three are configured', () => pods.every(({ lastView }) => lastView?.size === 3));

    const lines = (pattern: RegExp) =>
      pods.flatMap(({ output }) => output.split('\n').filter((line) => pattern.test(line)));
    const lastStops = lines(/event=off/)
      .map((line) => line.slice(0, 23))
      .sort();
    const starts = pods.map(({ output }) => output.split('\n').findLast((line) => line.includes('process started')));
    const firstStart = starts.map((line) => line?.slice(0, 23) as string).sort()[0] as string;
    expect(lastStops.length).toBeGreaterThan(0);
    expect((lastStops.at(-1) as string) <= firstStart).toBe(true);
  });
});
