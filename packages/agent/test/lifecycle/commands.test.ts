import { expect, test } from 'vitest';

import type { Command } from '../../src/script/pod-script.ts';
import { PodUnderTest } from '../support/pod-under-test.ts';

test('numbers in a command are text to the process', async () => {
  const t = new PodUnderTest({ configure: () => ({ command: ['serve', '--port', 6379, '--load', 0.5] }) });

  await t.on();

  expect(t.processes.last.request.command).toEqual(['serve', '--port', '6379', '--load', '0.5']);
});

test.each([
  [['serve', undefined, 'x', null], 'element 1 is undefined, element 3 is null'],
  [['serve', Number.NaN], 'element 1 is NaN'],
  [['serve', ['-p', '80']], 'element 1 is a list'],
  [['serve', { port: 80 }], 'element 1 is of type object'],
  [[7, 'serve'], 'element 0 is 7'],
  [[''], 'element 0 is empty'],
  ['serve all', 'a list of program and arguments, not of type string'],
  [undefined, 'a list of program and arguments, not undefined'],
  [[], 'a list of program and arguments, not an empty one'],
])('a command that is none is told with what is wrong in it: %j', async (command, message) => {
  const t = new PodUnderTest({ configure: () => ({ command }) as unknown as Command });

  await expect(t.on()).rejects.toMatchObject({ code: 'POD_REFUSED', message: expect.stringContaining(message) });
});
