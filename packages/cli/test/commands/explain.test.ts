import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { ocho, words } from '../support/ocho.ts';

const NOBODY = { pods: [] };
const PUBLISHED = join(import.meta.dirname, '..', '..', 'deploy-file.schema.json');

describe('explain', () => {
  test('shows every field at a glance', async () => {
    const { out, code } = await ocho(['explain'], NOBODY);

    expect(out).toContain('cluster\ttext\trequired\tThe cluster that the pods belong to');
    expect(out).toContain('upgrade.minimumHealthy\ta share, 0 to 1\t1\t');
    expect(code).toBe(0);
  });

  test('shows type, default, meaning and an example of one', async () => {
    const { out } = await ocho(words('explain upgrade.minimumHealthy'), NOBODY);

    expect(out).toBe(`upgrade.minimumHealthy: a share, 0 to 1, default 1

Share of the pods that must be up meanwhile, 0 to 1.

For example:
  upgrade:
    minimumHealthy: 0.5
`);
  });

  test('shows what is in it, too', async () => {
    const { out } = await ocho(words('explain health'), NOBODY, { isTty: true });

    expect(out).toMatch(/^health: a map\n/);
    expect(out).toMatch(/^health\.path +text +"\/healthz"/m);
  });

  test('reports descriptions by dotted path', async () => {
    const { out } = await ocho(words('explain wait -j'), NOBODY);

    expect(JSON.parse(out)).toMatchObject({
      wait: { type: 'a map', required: false, default: {} },
      'wait.strict': { type: 'true or false', default: false, examples: [true] },
    });
  });

  test('prints the schema for editors', async () => {
    const { out } = await ocho(words('explain --schema'), NOBODY);

    expect(JSON.parse(out)).toMatchObject({ required: ['cluster', 'image'], additionalProperties: false });
    // The one that is published is the one that files are checked with.
    expect(JSON.parse(await readFile(PUBLISHED, 'utf8'))).toEqual(JSON.parse(out));
  });

  test('suggests what was meant', async () => {
    expect(await ocho(words('explain upgrade.minimumhealthy'), NOBODY)).toMatchObject({
      code: 3,
      err: 'error: deploy files have no field "upgrade.minimumhealthy"\nhint: Did you mean upgrade.minimumHealthy?\n',
    });
  });
});
