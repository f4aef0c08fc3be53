import { expect, test } from 'vitest';

import { shareLook } from '../../src/process/share-look.ts';
import { settle } from '../../src/testing/manual-clock.ts';

/** A look that ends when the test says so. */
function slowLook() {
  const ends: (() => void)[] = [];
  let begun = 0;
  const look = shareLook(async () => {
    begun += 1;
    const nth = begun;
    await new Promise<void>((resolve) => ends.push(resolve));
    return nth;
  });
  return { look, begun: () => begun, end: () => ends.shift()?.() };
}

test('those who ask at once share a look', async () => {
  const { look, begun, end } = slowLook();
  const asked = [look(), look(), look()];
  await settle();
  end();

  expect(await Promise.all(asked)).toEqual([1, 1, 1]);
  expect(begun()).toBe(1);
});

test('those who ask during a look share the next one: what happened before they asked must be seen', async () => {
  const { look, begun, end } = slowLook();
  const first = look();
  await settle();
  const later = [look(), look()];
  await settle();
  expect(begun()).toBe(1);
  end();
  expect(await first).toBe(1);
  await settle();
  end();

  expect(await Promise.all(later)).toEqual([2, 2]);
});

test('a look that fails is heard of by those who share it, and by nobody later', async () => {
  let fails = true;
  const look = shareLook(async () => {
    if (fails) throw new Error('cannot look');
    return 'seen';
  });
  const both = await Promise.allSettled([look(), look()]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  fails = false;
  expect(await look()).toBe('seen');
});
