import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';

import { Model, Process } from '../../src/script/script-schema.ts';
import { modelOf, processOf } from '../../src/script/script-settings.ts';

const SOURCE = readFileSync(new URL('../../src/script/pod-script.ts', import.meta.url), 'utf8');

describe('what a script leaves out', () => {
  test.each([
    ['ModelSettings', v.getDefaults(Model)],
    ['ProcessSettings', v.getDefaults(Process)],
  ])('is what its documentation says: %s', (name, defaults) => {
    const documented = Object.fromEntries(documentedDefaults(name));

    const { cwd: _agents, ...ours } = defaults as Readonly<Record<string, unknown>>;
    expect(documented).toEqual(ours);
  });

  test('is filled in, and what it says is kept', () => {
    expect(modelOf({ model: { grace: 5 } })).toMatchObject({ grace: 5, checks: 3, dependsOn: [] });
    expect(processOf({})).toMatchObject({ grace: 60, soft: false });
  });
});

/** `@default` of each property; only one that is a value. */
function documentedDefaults(name: string): [string, unknown][] {
  const [body = ''] = new RegExp(`^export interface ${name} \\{[^]*?^\\}`, 'm').exec(SOURCE) ?? [];
  const properties = body.matchAll(/@default ('\w+'|\[\]|\d+|true|false).*?readonly (\w+)\?/gs);
  return [...properties].map(([, value = '', property = '']) => [property, JSON.parse(value.replaceAll("'", '"'))]);
}
