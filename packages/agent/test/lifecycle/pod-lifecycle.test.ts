import { describe, expect, test } from 'vitest';

import { POD_EVENTS, POD_LIFECYCLE, POD_STATES, type PodEffect } from '../../src/lifecycle/pod-lifecycle.ts';

const cells = POD_STATES.flatMap((state) =>
  POD_EVENTS.map((event) => ({ state, event, cell: POD_LIFECYCLE[state][event] })),
);
const moves = cells.flatMap(({ state, event, cell }) => (cell.kind === 'go' ? [{ state, event, ...cell }] : []));

describe('the pod lifecycle', () => {
  test.each(['start', 'prepare', 'off', 'kill'] as const)('refuses %s once dead', (request) => {
    expect(POD_LIFECYCLE.dead[request]).toEqual({ kind: 'refuse', because: 'the pod is dead' });
  });

  test('never leaves dead', () => {
    expect(moves.filter(({ state }) => state === 'dead')).toEqual([]);
  });

  test.each(moves)('finalizes exactly on the way into dead: $state, $event', ({ to, effects }) => {
    expect(effects.at(-1) === 'finalize').toBe(to === 'dead');
  });

  test.each(moves.filter(({ state }) => state === 'running'))('lets no process out of sight: $event', ({ effects }) => {
    expect(effects).toContain('tearDown');
  });

  test.each(moves)('tears down before it starts anew: $state, $event', ({ effects }) => {
    const order: PodEffect[] = [
      'forget',
      'standDown',
      'tearDown',
      'configure',
      'spawn',
      'accept',
      'respawn',
      'backOff',
    ];
    const places = effects.filter((effect) => effect !== 'finalize').map((effect) => order.indexOf(effect));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  test.each(moves.filter(({ state, to }) => state !== to && (to === 'stopped' || to === 'dead')))(
    'leaves no restart and no check behind: $state, $event',
    ({ state, effects }) => {
      if (state !== 'stopped') expect(effects[0]).toBe('standDown');
    },
  );
});
