import type { App } from '../app/app.ts';
import { portRequests } from './port-requests.ts';

/** Variable name to value. */
export type Environment = Readonly<Record<string, string>>;

/** What the variables of a task are made of, beside its application. */
export interface EnvironmentParts {
  readonly taskId: string;
  readonly app: App;
  readonly hostPorts: readonly number[];
  /** What the task is told of the machine that it runs on. */
  readonly host: string;
  /** The task's own directory, as it sees it. */
  readonly sandbox: string;
  /** `ochopod_zk` unless the application says otherwise. */
  readonly zk: string | undefined;
  /** Whether ports that are mapped must be listened on as mapped: there is no network of the task's own. */
  readonly sharesNetwork: boolean;
  /** Variables that have nothing to do with the application. */
  readonly base: Environment;
}

/** The whole environment of a task, in the order in which Marathon and Mesos make it; the application has the last word. */
export function taskEnvironment(parts: EnvironmentParts): Environment {
  return {
    ...parts.base,
    ...ofMesos(parts),
    ...ofMarathon(parts),
    ...ofPorts(parts),
    HOST: parts.host,
    ...(parts.zk !== undefined && { ochopod_zk: parts.zk }),
    ...(parts.sharesNetwork && { ochopod_network: 'host' }),
    ...parts.app.env,
  };
}

function ofMesos({ taskId, sandbox, host }: EnvironmentParts): Environment {
  return { MESOS_TASK_ID: taskId, MESOS_SANDBOX: sandbox, LIBPROCESS_IP: host };
}

function ofMarathon({ app }: EnvironmentParts): Environment {
  const image = app.container?.docker?.image;
  return {
    MARATHON_APP_ID: app.id,
    MARATHON_APP_VERSION: app.version,
    ...(image !== undefined && { MARATHON_APP_DOCKER_IMAGE: image }),
    MARATHON_APP_RESOURCE_CPUS: decimal(app.cpus),
    MARATHON_APP_RESOURCE_MEM: decimal(app.mem),
    MARATHON_APP_RESOURCE_DISK: decimal(app.disk),
    MARATHON_APP_RESOURCE_GPUS: String(app.gpus),
    ...ofLabels(app.labels),
  };
}

/** As Scala prints a `Double`. */
function decimal(value: number): string {
  return Number.isInteger(value) ? `${value}.0` : String(value);
}

const LABEL_PREFIX = 'MARATHON_APP_LABEL_';
const TOO_LONG = 512;

function ofLabels(labels: Readonly<Record<string, string>>): Environment {
  const short = Object.entries(labels).filter(
    ([key, value]) => key.length < TOO_LONG - LABEL_PREFIX.length && value.length < TOO_LONG,
  );
  const named = short.map(([key, value]) => [key.replaceAll(/[^a-zA-Z0-9_]+/g, '_').toUpperCase(), value] as const);
  return {
    MARATHON_APP_LABELS: named.map(([key]) => key).join(' '),
    ...Object.fromEntries(named.map(([key, value]) => [`${LABEL_PREFIX}${key}`, value])),
  };
}

function ofPorts({ app, hostPorts }: EnvironmentParts): Environment {
  const [first] = hostPorts;
  if (first === undefined) return {};
  const given = portRequests(app).slice(0, hostPorts.length);
  const variables = [
    ['PORT', first],
    ['PORTS', hostPorts.join(',')],
    ...hostPorts.map((hostPort, index) => [`PORT${index}`, hostPort]),
    ...given.map(({ port }, index) => [`PORT_${port === 0 ? hostPorts[index] : port}`, hostPorts[index]]),
    ...given.flatMap(({ name }, index) =>
      name === undefined ? [] : [[`PORT_${name.toUpperCase()}`, hostPorts[index]]],
    ),
  ];
  return Object.fromEntries(variables.map(([name, value]) => [name, String(value)]));
}

const INHERITED = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'USER'];

/** What local processes get of the scheduler's own environment. */
export function inherited(env: Readonly<Record<string, string | undefined>>): Environment {
  const set = INHERITED.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const]));
  return Object.fromEntries(set);
}
