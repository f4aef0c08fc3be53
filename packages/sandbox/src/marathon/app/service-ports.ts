import { OchoError } from 'ochopod-core';

import type { AppDraft } from './app.ts';

const FIRST = 10_000;
const LAST = 20_000;

/** The ports by which the world knows an application, in the order of its definitions or mappings. */
export function servicePortsOf({ portDefinitions, container }: AppDraft): readonly number[] {
  return (
    container?.portMappings?.map(({ servicePort }) => servicePort) ?? portDefinitions?.map(({ port }) => port) ?? []
  );
}

/**
 * Give each port that nobody chose a number of the cluster's own. An application keeps those that it was given before.
 *
 * @param others every other application
 * @throws {OchoError} `CONFLICT` when all are taken
 */
export function withServicePorts(
  draft: AppDraft,
  { before, others }: { readonly before: AppDraft | undefined; readonly others: readonly AppDraft[] },
): AppDraft {
  const taken = new Set([draft, ...others].flatMap(servicePortsOf));
  const kept = (before ? servicePortsOf(before) : []).filter((port) => port >= FIRST && port <= LAST);
  const next = () => {
    const port = kept.find((mine) => !taken.has(mine)) ?? firstFree(taken);
    taken.add(port);
    return port;
  };
  const { container, portDefinitions } = draft;
  const portMappings = container?.portMappings?.map((mapping) => ({
    ...mapping,
    servicePort: mapping.servicePort || next(),
  }));
  return {
    ...draft,
    ...(portDefinitions && {
      portDefinitions: portDefinitions.map((item) => ({ ...item, port: item.port || next() })),
    }),
    ...(container && portMappings && { container: { ...container, portMappings } }),
  };
}

function firstFree(taken: ReadonlySet<number>): number {
  for (let port = FIRST; port <= LAST; port += 1) if (!taken.has(port)) return port;
  throw new OchoError(`all service ports from ${FIRST} to ${LAST} are taken`, { code: 'CONFLICT' });
}
