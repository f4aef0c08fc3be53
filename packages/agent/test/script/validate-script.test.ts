import { describe, expect, test } from 'vitest';

import { definePod } from '../../src/script/pod-script.ts';
import { validateScript } from '../../src/script/validate-script.ts';
import { shell } from '../../src/tools/shell-tool.ts';

const configure = () => ({ command: ['serve'] });

describe('validateScript', () => {
  test('takes a script with everything in it as it is', () => {
    const script = definePod({
      model: { damper: 0, dependsOn: ['db'], fullShutdown: true, grace: 5, sequential: true, probeEvery: 1, checks: 3 },
      process: { cwd: '/', grace: 0, soft: true, pipeSubprocess: true, shell: true, strict: true },
      tools: { shell },
      timeouts: { configure: 0.5 },
      configure,
      probe: () => 'fine',
    });

    expect(validateScript(script, 'pod.js')).toBe(script);
  });

  test('names everything that is wrong at once', () => {
    const script = {
      model: { dampr: 1, checks: 0, grace: '5', probeEvery: -1, dependsOn: 'db' },
      process: { shell: 'yes' },
      tools: { 'a b': { run: configure }, c: {} },
      timeouts: { configur: 1 },
      probe: 'fine',
    };

    try {
      validateScript(script, 'pod.js');
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: 'INVALID_INPUT' });
      expect(
        (error as Error).message.replace('pod.js is no pod script: ', '').split('; ').sort(),
      ).toMatchInlineSnapshot(`
        [
          "configure is missing",
          "model.checks must be a number >=1, not 0",
          "model.dampr is not a setting",
          "model.dependsOn must be array, not "db"",
          "model.grace must be number, not "5"",
          "model.probeEvery must be a number >0, not -1",
          "probe must be function, not "fine"",
          "process.shell must be boolean, not "yes"",
          "timeouts.configur is not a setting",
          "tools.a b: a tool has a name without blanks and quotes",
          "tools.c.run is missing",
        ]
      `);
    }
  });

  test.each([
    [undefined, 'it has none'],
    [null, 'it is null'],
    [configure, 'it is a function'],
    [[], 'it is an array'],
  ])('says what the default export is instead', (candidate, why) => {
    expect(() => validateScript(candidate, 'pod.js')).toThrow(why);
  });
});
