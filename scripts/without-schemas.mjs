const NEVER_LOADED = ['@fastify/ajv-compiler', '@fastify/fast-json-stringify-compiler', 'light-my-request'];

/**
 * Leave out of a bundle what Fastify loads for routes with schemas, and for tests: no server of ours has either
 * (`NO_SCHEMAS` of the core's HTTP servers). Less to read at each start.
 *
 * @type {import('rolldown').Plugin}
 */
export const WITHOUT_SCHEMAS = {
  name: 'without-schemas',
  resolveId: (id) => (NEVER_LOADED.includes(id) ? '\0never-loaded' : null),
  load: (id) => (id === '\0never-loaded' ? 'module.exports = undefined;' : null),
};
