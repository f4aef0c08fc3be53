import { DEFAULT_NAMESPACE, isAddress, MAX_CLUSTER_NAME_LENGTH, OchoError, qualified } from 'ochopod-core';
import * as v from 'valibot';

/** The environment as the system hands it over. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says about the agent. */
export interface AgentSettings {
  readonly cluster: string;
  readonly namespace: string;
  /** The control port inside the container; 0 takes any that is free. */
  readonly port: number;
  /** Where ZooKeeper is, if that was said outright. */
  readonly zk: string | undefined;
  /** How long ZooKeeper keeps our session without hearing from us. */
  readonly sessionTimeoutMs: number;
  readonly debug: boolean;
  /** Whether the process starts as soon as it is configured. */
  readonly start: boolean;
  /** Run by hand on a workstation: everything is on 127.0.0.1. */
  readonly local: boolean;
  readonly ec2: 'true' | 'false' | 'auto';
  /** No network of its own: what is mapped to a host port has to be listened to there. */
  readonly hostNetwork: boolean;
  /** Names by which callers may ask for the control port, beside addresses and what is registered; globs. */
  readonly hosts: readonly string[];
  /** The `settings` of the deploy file. */
  readonly pod: Readonly<Record<string, unknown>>;
  /** The application's id at the scheduler, without leading slash; empty when run by hand. */
  readonly application: string;
  /** The task's id at the scheduler; empty when run by hand. */
  readonly task: string;
  /** Container port to host port, as the scheduler maps them. */
  readonly ports: Readonly<Record<string, number>>;
  /** Addresses said outright. */
  readonly addresses: Addresses;
  /** The host that the scheduler runs us on. */
  readonly host: string | undefined;
}

interface Addresses {
  readonly ip: string | undefined;
  readonly public: string | undefined;
  readonly node: string | undefined;
}

/** An empty variable is one that is not set. */
const text = v.optional(
  v.pipe(
    v.string(),
    v.trim(),
    v.transform((value) => (value === '' ? undefined : value)),
  ),
);
/** What peers could not read as an address would keep the pod out of its cluster. */
const address = v.pipe(
  text,
  v.transform(bare),
  v.check((said) => said === undefined || isAddress(said), 'must be an IP address or the name of a host'),
);
const flag = (otherwise: boolean) =>
  v.optional(
    v.pipe(
      v.string(),
      v.trim(),
      v.toLowerCase(),
      v.picklist(['true', 'false', ''], 'must be true or false'),
      v.transform((value) => (value === '' ? otherwise : value === 'true')),
    ),
    String(otherwise),
  );
const port = (least: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.regex(/^\d{1,5}$/, 'must be a port number'),
    v.transform(Number),
    v.minValue(least, 'must be a port number'),
    v.maxValue(65_535, 'must be a port number'),
  );
const name = (pattern: RegExp, advice: string) => v.optional(v.pipe(v.string(), v.trim(), v.regex(pattern, advice)));
const jsonObject = v.optional(
  v.pipe(
    v.string(),
    v.rawTransform<string, Record<string, unknown>>(({ dataset, addIssue, NEVER }) => {
      const parsed = parseObject(dataset.value);
      if (parsed !== undefined) return parsed;
      addIssue({ message: 'must be a JSON object' });
      return NEVER;
    }),
  ),
  '{}',
);

/** One line per variable of the reference. */
const Variables = v.object({
  /** Cluster that the pod belongs to. Default: the scheduler's application id. */
  ochopod_cluster: name(/^[\w-]*$/, 'must be letters, digits, - and _'),
  /** Default: `marathon`. */
  ochopod_namespace: name(/^([\w-]+(\.[\w-]+)*)?$/, 'must be letters, digits, - and _, parted by dots'),
  /** Control port inside the container; 0 takes any that is free. Default: 8080. */
  ochopod_port: v.optional(
    v.union(
      [
        v.pipe(
          v.literal(''),
          v.transform(() => 8080),
        ),
        port(0),
      ],
      'must be a port number',
    ),
    '8080',
  ),
  /** Where ZooKeeper is. Default: looked up where Mesos and DC/OS say where theirs is. */
  ochopod_zk: text,
  /** Seconds. */
  ochopod_zk_timeout: v.optional(
    v.pipe(
      v.string(),
      v.transform(Number),
      v.number('must be seconds, 1 to 60'),
      v.minValue(1, 'must be seconds, 1 to 60'),
      v.maxValue(60, 'must be seconds, 1 to 60'),
    ),
    '5',
  ),
  /** Log the details, too. Default: false, unlike in old agents. */
  ochopod_debug: flag(false),
  /** Start the process once configured; false waits for an operator. Default: true. */
  ochopod_start: flag(true),
  /** Run by hand on a workstation, everything on 127.0.0.1. Default: false. */
  ochopod_local: flag(false),
  /** Ask EC2 for id and addresses; `auto` does when the machine looks like one of theirs. */
  ochopod_ec2: v.optional(v.picklist(['true', 'false', 'auto'], 'must be true, false or auto'), 'auto'),
  /**
   * `host`: the pod shares the network of its host, and listens on the ports that `PORT_<n>` names, at its own address
   * only. Default: a network of its own.
   */
  ochopod_network: v.optional(v.picklist(['host', ''], 'must be host, or not be set'), ''),
  /**
   * Names by which clients may ask for the control port, parted by commas: `pods.internal,*.example.com`, or `*` for any.
   * Default: none but those that are registered.
   */
  ochopod_hosts: text,
  /** Address that other pods use. Default: what HOST resolves to. */
  ochopod_ip: address,
  /** Address reachable from outside. Default: none, on EC2 the machine's. */
  ochopod_public: address,
  /** Name of the host. Default: HOST, on EC2 the instance's id, else the host name. */
  ochopod_node: text,
  /** Id of the application at a scheduler other than Marathon. */
  ochopod_application: text,
  /** Id of the task at a scheduler other than Mesos. */
  ochopod_task: text,
  /** The `settings` of the deploy file, a JSON object. */
  pod: jsonObject,
  MARATHON_APP_ID: text,
  MESOS_TASK_ID: text,
  HOST: text,
});

const hostPort = port(1);

/**
 * Read the agent's settings, and nothing else, from the environment.
 *
 * @throws {OchoError} `INVALID_INPUT` naming every bad variable at once
 */
export function readSettings(env: Environment): AgentSettings {
  const problems: string[] = [];
  const ports = readPorts(env, problems);
  const parsed = v.safeParse(Variables, env);
  for (const issue of parsed.issues ?? []) problems.push(`${v.getDotPath(issue)} ${issue.message}`);
  const cluster = parsed.success ? clusterOf(parsed.output) : '?';
  if (cluster === '') problems.push('ochopod_cluster must say which cluster the pod belongs to');
  if (parsed.success && isTooLong(parsed.output.ochopod_namespace, cluster)) {
    problems.push(
      `ochopod_namespace and ochopod_cluster have more than ${MAX_CLUSTER_NAME_LENGTH} characters together`,
    );
  }
  if (parsed.success && problems.length === 0) return toSettings(parsed.output, { cluster, ports });
  throw new OchoError(`bad environment: ${problems.join('; ')}`, {
    code: 'INVALID_INPUT',
    hint: 'Correct these variables and start the agent again.',
  });
}

function isTooLong(namespace: string | undefined, cluster: string): boolean {
  return qualified({ namespace: namespace || DEFAULT_NAMESPACE, cluster }).length > MAX_CLUSTER_NAME_LENGTH;
}

type Parsed = v.InferOutput<typeof Variables>;

function toSettings(env: Parsed, known: Pick<AgentSettings, 'cluster' | 'ports'>): AgentSettings {
  return {
    ...known,
    namespace: env.ochopod_namespace || DEFAULT_NAMESPACE,
    port: env.ochopod_port,
    zk: env.ochopod_zk,
    sessionTimeoutMs: env.ochopod_zk_timeout * 1000,
    debug: env.ochopod_debug,
    start: env.ochopod_start,
    local: env.ochopod_local,
    ec2: env.ochopod_ec2,
    hostNetwork: env.ochopod_network === 'host',
    hosts: (env.ochopod_hosts ?? '')
      .toLowerCase()
      .split(/[\s,]+/)
      .filter(Boolean),
    pod: env.pod,
    application: env.ochopod_application ?? applicationOf(env),
    task: env.ochopod_task ?? env.MESOS_TASK_ID ?? '',
    addresses: { ip: env.ochopod_ip, public: env.ochopod_public, node: env.ochopod_node },
    host: env.HOST,
  };
}

/** An IPv6 address is registered as such; brackets are for where a port follows. */
function bare(said: string | undefined): string | undefined {
  return said?.replace(/^\[(.*)\]$/, '$1');
}

function applicationOf({ MARATHON_APP_ID = '' }: Parsed): string {
  return MARATHON_APP_ID.replace(/^\//, '');
}

/** An application's id may hold slashes and dots, a cluster's name may not. */
function clusterOf(env: Parsed): string {
  return env.ochopod_cluster || applicationOf(env).replace(/[^\w-]+/g, '-') || (env.ochopod_local ? 'default' : '');
}

function readPorts(env: Environment, problems: string[]): Record<string, number> {
  const ports: Record<string, number> = {};
  for (const [variable, value = ''] of Object.entries(env)) {
    const inside = /^PORT_(\d+)$/.exec(variable)?.[1];
    if (inside === undefined) continue;
    const mapped = v.safeParse(hostPort, value);
    if (mapped.success) ports[inside] = mapped.output;
    else problems.push(`${variable} must be a port number`);
  }
  return ports;
}

function parseObject(value: string): Record<string, unknown> | undefined {
  if (value.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(value);
    const isObject = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed);
    return isObject ? (parsed as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
