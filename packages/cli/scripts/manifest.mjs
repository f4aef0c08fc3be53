/** Write oclif.manifest.json from the built commands, so that a run need not load all of them to find one. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Config } from '@oclif/core';

const root = join(import.meta.dirname, '..');
const path = join(root, 'oclif.manifest.json');
// An old one would be believed.
await rm(path, { force: true });
const config = await Config.load({ root });
const own = config.plugins.get(config.name);
await writeFile(path, `${JSON.stringify(own?.manifest)}\n`);
