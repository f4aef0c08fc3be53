import { WITHOUT_SCHEMAS } from '../../scripts/without-schemas.mjs';

/**
 * One bundle, split where the sources import lazily: pods load what they use and no more.
 *
 * @type {import('rolldown').RolldownOptions}
 */
// biome-ignore lint/style/noDefaultExport: rolldown asks for one
export default {
  input: { index: 'src/index.ts', main: 'src/main.ts' },
  platform: 'node',
  plugins: [WITHOUT_SCHEMAS],
  resolve: { conditionNames: ['ochopod-source', 'node', 'import', 'require', 'default'] },
  output: {
    dir: 'dist',
    format: 'esm',
    entryFileNames: '[name].js',
    chunkFileNames: 'chunks/[name].js',
    minify: 'dce-only',
  },
};
