/** Who may import whom; ARCHITECTURE.md says why. */
/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'agent-and-cli-are-strangers',
      comment: 'They share the control port, which core describes.',
      severity: 'error',
      from: { path: '^packages/agent/' },
      to: { path: '^packages/(cli|fleet)/' },
    },
    {
      name: 'cli-does-not-know-the-agent',
      severity: 'error',
      from: { path: '^packages/cli/' },
      to: { path: '^packages/agent/' },
    },
    {
      name: 'core-imports-none-of-ours',
      severity: 'error',
      from: { path: '^packages/core/src/' },
      to: { path: '^(packages/(?!core/)|e2e/|bench/|scripts/)' },
    },
    {
      name: 'fleet-imports-core-only',
      comment: 'Neither the command line nor any other front is known to what is done with pods and applications.',
      severity: 'error',
      from: { path: '^packages/fleet/src/' },
      to: { path: '^packages/(agent|cli|sandbox)/' },
    },
    {
      name: 'fleet-prints-nothing',
      severity: 'error',
      from: { path: '^packages/fleet/src/' },
      to: { path: 'node_modules/(@oclif|@inquirer|chalk|cli-table3)/' },
    },
    ...layers('fleet', [
      ['advice'],
      ['words', 'documents', 'scheduler', 'workplace', 'tally'],
      ['consent', 'before'],
      ['deploy-file', 'pods'],
      ['applications'],
      ['deploy'],
      ['bump', 'scale', 'kill', 'remove', 'rollback'],
    ]),
    {
      name: 'nobody-needs-the-sandbox-but-ocho',
      comment: 'Pods run without it; it runs pods as any program.',
      severity: 'error',
      from: { path: '^packages/(core|agent|fleet/src)/' },
      to: { path: '^packages/sandbox/' },
    },
    {
      name: 'sandbox-imports-core-only',
      severity: 'error',
      from: { path: '^packages/sandbox/' },
      to: { path: '^packages/(agent|cli|fleet)/' },
    },
    {
      name: 'servers-of-the-sandbox-are-strangers',
      comment: 'Each can be used without the other.',
      severity: 'error',
      from: { path: '^packages/sandbox/src/(zookeeper|marathon)/' },
      to: { path: '^packages/sandbox/src/(zookeeper|marathon|sandbox)/', pathNot: '^packages/sandbox/src/$1/' },
    },
    {
      name: 'domain-is-pure',
      comment: 'No Node module, no I/O.',
      severity: 'error',
      from: { path: '^packages/core/src/domain/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'zookeeper-knows-no-pods',
      severity: 'error',
      from: { path: '^packages/core/src/zookeeper/' },
      to: { path: '^packages/core/src/(registry|domain|control-client)/' },
    },
    {
      name: 'nzc-stays-in-its-folder',
      comment: 'node-zookeeper-client can be replaced one day.',
      severity: 'error',
      from: { path: '^(packages|e2e)/', pathNot: '^packages/core/(src|test)/zookeeper/nzc/' },
      to: { path: 'node-zookeeper-client' },
    },
    {
      name: 'nzc-has-one-door',
      comment:
        'A connection and what it is asked, in our words; the rest is how node-zookeeper-client is made to do that.',
      severity: 'error',
      from: { path: '^packages/', pathNot: '^packages/core/(src|test)/zookeeper/nzc/' },
      to: { path: '/zookeeper/nzc/', pathNot: '/(connection|open-connection|requests)[.]ts$' },
    },
    {
      name: 'testing-is-for-tests',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: '^packages/core/src/testing/' },
      to: { path: '^packages/core/src/testing/' },
    },
    ...['core', 'fleet', 'agent', 'sandbox', 'cli'].map((name) => ({
      name: `no-sources-of-${name}`,
      comment: 'Across packages only by name and declared exports.',
      severity: 'error',
      from: { path: '^(packages|e2e|examples|bench)/', pathNot: `^packages/${name}/` },
      to: { path: `^packages/${name}/src/`, pathNot: '/index[.]ts$' },
    })),
    {
      name: 'commands-go-through-fleet',
      severity: 'error',
      from: { path: '^packages/cli/src/commands/' },
      to: { path: '^packages/core/src/(registry|zookeeper|control-client)/' },
    },
    { name: 'not-to-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '/dist/' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)dist/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      conditionNames: ['ochopod-source', 'node', 'import', 'require', 'default'],
      exportsFields: ['exports'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};

/**
 * Rooms on floors: each knows those below, and none beside it on its floor or above.
 *
 * @param {string} name of the package
 * @param {string[][]} floors folders and files of its `src`, from the ground up
 */
function layers(name, floors) {
  const src = `^packages/${name}/src`;
  return floors.flatMap((floor, at) =>
    floor.map((room) => {
      const forbidden = [...floor.filter((other) => other !== room), ...floors.slice(at + 1).flat()];
      return {
        name: `floors-of-${name}`,
        comment: 'From the ground up; whoever needs a room beside or above belongs somewhere else.',
        severity: 'error',
        from: { path: `${src}/${room}(/|[.]ts$)` },
        to: { path: `${src}/(${forbidden.join('|')})(/|[.]ts$)` },
      };
    }),
  );
}
