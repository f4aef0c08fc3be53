import { describe, expect, test } from 'vitest';

import { inOrderOfKilling } from '../../../src/marathon/engine/kill-selection.ts';
import { definition, standing } from './standings.ts';

const APP = definition();
const OLD = standing(APP, { id: 'old', startedAt: '2026-01-01T00:00:01.000Z' });
const YOUNG = standing(APP, { id: 'young', startedAt: '2026-01-01T00:00:02.000Z' });
const STAGING = standing(APP, { id: 'staging', condition: 'Staging', stagedAt: '2026-01-01T00:00:00.000Z' });
const WAITING = standing(APP, { id: 'waiting', condition: 'Scheduled' });

describe('those that are killed first', () => {
  test('are those that do not run yet, then the youngest', () => {
    expect(names('YOUNGEST_FIRST')).toEqual(['waiting', 'staging', 'young', 'old']);
  });

  test('are those that do not run yet, then the oldest, where that is asked for', () => {
    expect(names('OLDEST_FIRST')).toEqual(['waiting', 'staging', 'old', 'young']);
  });

  test('are the last to come, of those that are of the same age', () => {
    const twin = { ...OLD, instance: { ...OLD.instance, id: 'twin' } };

    const order = (selection: 'YOUNGEST_FIRST' | 'OLDEST_FIRST') =>
      inOrderOfKilling([OLD, twin], selection).map(({ instance }) => instance.id);

    expect(order('YOUNGEST_FIRST')).toEqual(['twin', 'old']);
    expect(order('OLDEST_FIRST')).toEqual(['old', 'twin']);
  });
});

function names(selection: 'YOUNGEST_FIRST' | 'OLDEST_FIRST') {
  return inOrderOfKilling([YOUNG, STAGING, OLD, WAITING], selection).map(({ instance }) => instance.id);
}
