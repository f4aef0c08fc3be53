import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { WITHOUT_SCHEMAS } from '../../scripts/without-schemas.mjs';

const here = import.meta.dirname;
const commands = readdirSync(join(here, 'src/commands'), { recursive: true }).filter((file) => file.endsWith('.ts'));

/** One file per command, so that a run loads only what it needs; CommonJS, which starts faster than modules do. */
// biome-ignore lint/style/noDefaultExport: what the bundler looks for
export default {
  cwd: here,
  input: {
    main: 'src/main.ts',
    help: 'src/help.ts',
    'hooks/command-not-found': 'src/hooks/command-not-found.ts',
    ...Object.fromEntries(commands.map((file) => [`commands/${file.slice(0, -'.ts'.length)}`, `src/commands/${file}`])),
  },
  platform: 'node',
  plugins: [WITHOUT_SCHEMAS],
  // Looked for by the framework when it runs from sources; never there in an installed package.
  external: ['typescript', 'ts-node', 'tsx'],
  resolve: { conditionNames: ['ochopod-source', 'node', 'require', 'import', 'default'] },
  output: {
    dir: 'dist',
    format: 'cjs',
    exports: 'named',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name]-[hash].cjs',
    cleanDir: true,
  },
};
