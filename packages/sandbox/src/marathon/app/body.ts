import * as v from 'valibot';

const INT32 = 2 ** 31 - 1;

/** What is written with braces: an array is none. */
const map = v.custom<Record<string, unknown>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);
const object = <Entries extends v.ObjectEntries>(entries: Entries) => v.pipe(map, v.object(entries));
const record = <Value extends v.GenericSchema>(key: v.GenericSchema<string, string>, value: Value) =>
  v.pipe(map, v.record(key, value));

const text = v.string();
const flag = v.boolean();
const whole = v.pipe(v.number(), v.safeInteger(), v.maxValue(INT32));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(INT32));
const port = v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(65_535));
const amount = v.pipe(v.number(), v.minValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const portName = v.pipe(text, v.maxLength(63), v.regex(/^[a-z0-9-]*$/));
const protocol = v.picklist(['tcp', 'udp', 'udp,tcp']);
const texts = record(text, text);

const PortDefinition = object({
  port: v.exactOptional(port),
  protocol: v.exactOptional(protocol),
  name: v.exactOptional(portName),
  labels: v.exactOptional(texts),
});

const PortMapping = object({
  containerPort: v.exactOptional(port),
  hostPort: v.exactOptional(port),
  servicePort: v.exactOptional(port),
  protocol: v.exactOptional(protocol),
  name: v.exactOptional(portName),
  labels: v.exactOptional(texts),
});

const Volume = object({
  containerPath: v.pipe(text, v.minLength(1)),
  hostPath: v.exactOptional(text),
  mode: v.exactOptional(v.picklist(['RO', 'RW'])),
  persistent: v.exactOptional(v.unknown()),
  external: v.exactOptional(v.unknown()),
  secret: v.exactOptional(v.unknown()),
});

const Docker = object({
  image: v.pipe(text, v.minLength(1)),
  forcePullImage: v.exactOptional(flag),
  privileged: v.exactOptional(flag),
  parameters: v.exactOptional(v.array(object({ key: v.pipe(text, v.minLength(1)), value: text }))),
  /** Before 1.5; now `networks`. */
  network: v.exactOptional(v.picklist(['BRIDGE', 'HOST', 'NONE', 'USER'])),
  /** Before 1.5; now beside `docker`. */
  portMappings: v.exactOptional(v.array(PortMapping)),
});

const Container = object({
  type: v.exactOptional(v.picklist(['DOCKER', 'MESOS'])),
  docker: v.exactOptional(Docker),
  portMappings: v.exactOptional(v.array(PortMapping)),
  volumes: v.exactOptional(v.array(Volume)),
});

const Network = object({
  mode: v.exactOptional(v.picklist(['host', 'container/bridge', 'container'])),
  name: v.exactOptional(v.pipe(text, v.minLength(1))),
});

const HealthCheck = object({
  protocol: v.exactOptional(v.picklist(['HTTP', 'HTTPS', 'TCP', 'COMMAND', 'MESOS_HTTP', 'MESOS_HTTPS', 'MESOS_TCP'])),
  path: v.exactOptional(text),
  command: v.exactOptional(object({ value: text })),
  port: v.exactOptional(port),
  portIndex: v.exactOptional(count),
  gracePeriodSeconds: v.exactOptional(count),
  intervalSeconds: v.exactOptional(count),
  timeoutSeconds: v.exactOptional(count),
  delaySeconds: v.exactOptional(count),
  maxConsecutiveFailures: v.exactOptional(count),
  ignoreHttp1xx: v.exactOptional(flag),
});

const ReadinessCheck = object({
  name: v.exactOptional(text),
  protocol: v.exactOptional(v.picklist(['HTTP', 'HTTPS'])),
  path: v.exactOptional(text),
  portName: v.exactOptional(v.pipe(text, v.regex(/^[a-z][-a-z0-9]*$/))),
  intervalSeconds: v.exactOptional(count),
  timeoutSeconds: v.exactOptional(count),
  httpStatusCodesForReady: v.exactOptional(v.array(v.pipe(whole, v.minValue(100), v.maxValue(999)))),
  preserveLastResponse: v.exactOptional(flag),
});

const IpAddress = object({
  networkName: v.exactOptional(v.pipe(text, v.minLength(1))),
  discovery: v.exactOptional(
    object({
      ports: v.exactOptional(
        v.array(
          object({
            number: v.exactOptional(port),
            name: portName,
            protocol: v.exactOptional(protocol),
            labels: v.exactOptional(texts),
          }),
        ),
      ),
    }),
  ),
});

/** What can be said of an application, in the words of Marathon 1.5 and of those before it. The rest is passed over. */
export const AppBody = object({
  id: v.exactOptional(text),
  cmd: v.exactOptional(v.pipe(text, v.minLength(1))),
  args: v.exactOptional(v.array(text)),
  user: v.exactOptional(text),
  env: v.exactOptional(record(text, v.union([text, record(text, v.unknown())]))),
  labels: v.exactOptional(texts),
  instances: v.exactOptional(count),
  cpus: v.exactOptional(v.pipe(v.number(), v.minValue(0.001))),
  mem: v.exactOptional(amount),
  disk: v.exactOptional(amount),
  gpus: v.exactOptional(count),
  executor: v.exactOptional(text),
  constraints: v.exactOptional(v.array(v.array(text))),
  fetch: v.exactOptional(v.array(v.pipe(map, v.looseObject({ uri: text })))),
  dependencies: v.exactOptional(v.array(text)),
  acceptedResourceRoles: v.exactOptional(v.pipe(v.array(text), v.minLength(1))),
  backoffSeconds: v.exactOptional(amount),
  backoffFactor: v.exactOptional(v.pipe(v.number(), v.minValue(1))),
  maxLaunchDelaySeconds: v.exactOptional(amount),
  container: v.exactOptional(Container),
  networks: v.exactOptional(v.array(Network)),
  portDefinitions: v.exactOptional(v.array(PortDefinition)),
  requirePorts: v.exactOptional(flag),
  healthChecks: v.exactOptional(v.array(HealthCheck)),
  readinessChecks: v.exactOptional(v.array(ReadinessCheck)),
  upgradeStrategy: v.exactOptional(
    object({ minimumHealthCapacity: v.exactOptional(share), maximumOverCapacity: v.exactOptional(share) }),
  ),
  killSelection: v.exactOptional(v.picklist(['YOUNGEST_FIRST', 'OLDEST_FIRST'])),
  taskKillGracePeriodSeconds: v.exactOptional(count),
  unreachableStrategy: v.exactOptional(
    v.union([
      v.literal('disabled'),
      object({ inactiveAfterSeconds: v.exactOptional(count), expungeAfterSeconds: v.exactOptional(count) }),
    ]),
  ),
  role: v.exactOptional(text),
  tty: v.exactOptional(flag),
  secrets: v.exactOptional(record(text, v.unknown())),
  version: v.exactOptional(text),
  /** Before 1.5; now `portDefinitions`. */
  ports: v.exactOptional(v.array(port)),
  /** Before 1.5; now `networks` and `container.portMappings`. */
  ipAddress: v.exactOptional(IpAddress),
  /** Before 1.5; now `fetch`. */
  uris: v.exactOptional(v.array(text)),
});

export type AppBody = v.InferOutput<typeof AppBody>;
export type ContainerBody = v.InferOutput<typeof Container>;
export type PortMappingBody = v.InferOutput<typeof PortMapping>;
export type NetworkBody = v.InferOutput<typeof Network>;
export type HealthCheckBody = v.InferOutput<typeof HealthCheck>;
export type ReadinessCheckBody = v.InferOutput<typeof ReadinessCheck>;
