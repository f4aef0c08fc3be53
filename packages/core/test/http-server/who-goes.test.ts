import { describe, expect, test } from 'vitest';

import { connectionsFor } from '../../src/http-server/connection-limits.ts';
import { type Standing, whoGoes } from '../../src/http-server/who-goes.ts';

const limits = { connections: 4, connectionsPerAddress: 2 };
const waits = (address: string, since: number): Standing => ({ address, since, isServed: false });
const served = (address: string, since: number): Standing => ({ address, since, isServed: true });

describe('whoever comes to a server', () => {
  test('finds room while there is some, for all and for its address', () => {
    const newcomer = waits('a', 9);
    expect(whoGoes([waits('a', 1), waits('b', 2), waits('c', 3), newcomer], newcomer, limits)).toBeUndefined();
  });

  test('takes the place of who waits the longest of its own address, where that has too many', () => {
    const [old, young, newcomer] = [waits('a', 2), waits('a', 3), waits('a', 9)];
    expect(whoGoes([waits('b', 1), young, old, newcomer], newcomer, limits)).toBe(old);
  });

  test('takes the place of who waits the longest of all, where all have too many', () => {
    const [oldest, newcomer] = [waits('b', 1), waits('e', 9)];
    expect(whoGoes([waits('a', 2), oldest, waits('c', 3), waits('d', 4), newcomer], newcomer, limits)).toBe(oldest);
  });

  test('takes the place of nobody who is being served', () => {
    const [waiting, newcomer] = [waits('a', 5), waits('a', 9)];
    expect(whoGoes([served('a', 1), waiting, newcomer], newcomer, limits)).toBe(waiting);
  });

  test('has to go itself where all are being served', () => {
    const newcomer = waits('a', 9);
    expect(whoGoes([served('a', 1), served('a', 2), newcomer], newcomer, limits)).toBe(newcomer);
  });
});

describe('the number of connections', () => {
  test.each([
    ['half of what may be open', 'Max open files            300                  4096                 files', 150],
    ['no more than the most', 'Max open files            1048576              1048576              files', 256],
    ['enough to be looked at', 'Max open files            20                   20                   files', 16],
    [
      'the most, where nothing is limited',
      'Max open files            unlimited            unlimited            files',
      256,
    ],
    ['the most, where nobody knows', undefined, 256],
  ])('is %s', (_what, text, connections) => {
    expect(connectionsFor(text, 256)).toBe(connections);
  });
});
