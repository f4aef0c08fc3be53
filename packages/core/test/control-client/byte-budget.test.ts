import { expect, test } from 'vitest';
import { ByteBudget } from '../../src/control-client/byte-budget.ts';
import { settle } from '../../src/testing/index.ts';

const never = new AbortController().signal;

test('is shared: whoever needs more than is left waits, the first in line first', async () => {
  const budget = new ByteBudget(10);
  const told: string[] = [];
  const take = async (name: string, bytes: number, signal = never) => {
    const giveBack = await budget.take(bytes, signal);
    told.push(name);
    return giveBack;
  };
  const giveBack = await take('first', 8);
  const large = take('large', 9);
  const small = take('small', 1);
  await settle();
  expect(told).toEqual(['first']);

  giveBack();
  await Promise.all([large, small]);
  expect(told).toEqual(['first', 'large', 'small']);
});

test('is left to others by whoever no longer waits', async () => {
  const budget = new ByteBudget(10);
  const giveBack = await budget.take(8, never);
  const enough = new AbortController();
  const large = budget.take(9, enough.signal);
  const small = budget.take(2, never);
  enough.abort(new Error('enough'));

  await expect(large).rejects.toThrow('enough');
  await small;
  giveBack();
  await budget.take(8, never);
});
