/** Write oclif.manifest.json from the built commands, so that a run need not load all of them to find one. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Config } from '@oclif/core';

const root = join(import.meta.dirname, '..');
const config = await Config.load({ root, ignoreManifest: true });
const [plugin] = config.getPluginsList();
await writeFile(join(root, 'oclif.manifest.json'), `${JSON.stringify(plugin?.manifest)}\n`);
