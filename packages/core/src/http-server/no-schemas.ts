/**
 * For servers none of whose routes has a schema: what compiles them is not even loaded, which is a third of Fastify and
 * a fifth of the time in which an agent starts. The bundles leave it out (`scripts/without-schemas.mjs`).
 */
export const NO_SCHEMAS = { compilersFactory: { buildValidator: refuse, buildSerializer: refuse } };

function refuse(): never {
  throw new Error('a route has a schema, and nothing here compiles it');
}
