/**
 * One file per entry of `exports`; dependencies stay what they are.
 *
 * @type {import('rolldown').RolldownOptions}
 */
// biome-ignore lint/style/noDefaultExport: rolldown asks for one
export default {
  input: {
    index: 'src/index.ts',
    applications: 'src/applications/index.ts',
    bump: 'src/bump/index.ts',
    deploy: 'src/deploy/index.ts',
    'deploy-file': 'src/deploy-file/index.ts',
    documents: 'src/documents/index.ts',
    kill: 'src/kill/index.ts',
    pods: 'src/pods/index.ts',
    rollback: 'src/rollback/index.ts',
    scale: 'src/scale/index.ts',
    scheduler: 'src/scheduler/index.ts',
    testing: 'src/testing/index.ts',
    words: 'src/words/index.ts',
  },
  platform: 'node',
  external: /^(node:|ochopod-core|axios|valibot|@valibot|yaml)/,
  output: { dir: 'dist', format: 'esm', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
};
