/**
 * One file per entry of `exports`; dependencies stay what they are.
 *
 * @type {import('rolldown').RolldownOptions}
 */
// biome-ignore lint/style/noDefaultExport: rolldown asks for one
export default {
  input: {
    index: 'src/index.ts',
    zookeeper: 'src/zookeeper/index.ts',
    registry: 'src/registry/index.ts',
    'http-server': 'src/http-server/index.ts',
    'control-client': 'src/control-client/index.ts',
    output: 'src/output/index.ts',
    process: 'src/process/index.ts',
    testing: 'src/testing/index.ts',
  },
  platform: 'node',
  external: /^(node:|node-zookeeper-client|p-limit|valibot)/,
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
};
