import * as v from 'valibot';

/** What an engine says of a container. */
export interface ContainerState {
  /** Whether it was started, however long it lived then. */
  readonly wasStarted: boolean;
  /** Empty without a network of its own. */
  readonly ipAddress: string;
}

const Inspected = v.pipe(
  v.array(
    v.object({
      State: v.object({ Status: v.string() }),
      NetworkSettings: v.optional(
        v.object({
          IPAddress: v.optional(v.string(), ''),
          Networks: v.optional(v.nullable(v.record(v.string(), v.object({ IPAddress: v.optional(v.string(), '') })))),
        }),
      ),
    }),
  ),
  v.minLength(1),
);

const NOT_STARTED = ['created', 'configured', 'initialized'];

/** @param inspected what `podman container inspect` or `docker container inspect` says; nothing of something else */
export function stateIn(inspected: string): ContainerState | undefined {
  const result = v.safeParse(v.pipe(v.string(), v.parseJson(), Inspected), inspected);
  const [container] = result.success ? result.output : [];
  if (container === undefined) return undefined;
  const { State: state, NetworkSettings: network } = container;
  const addresses = [network?.IPAddress, ...Object.values(network?.Networks ?? {}).map(({ IPAddress }) => IPAddress)];
  return {
    wasStarted: !NOT_STARTED.includes(state.Status),
    ipAddress: addresses.find(Boolean) ?? '',
  };
}
