/**
 * The definition of an application as it is kept and answered: Marathon's canonical form since 1.5, with every default
 * filled in.
 */
export interface App {
  /** Absolute: `/a/b`. */
  readonly id: string;
  /** A command line for `/bin/sh -c`; never together with `args`. */
  readonly cmd?: string;
  readonly args?: readonly string[];
  readonly user?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly instances: number;
  readonly cpus: number;
  readonly mem: number;
  readonly disk: number;
  readonly gpus: number;
  readonly executor: string;
  readonly constraints: readonly (readonly string[])[];
  readonly fetch: readonly object[];
  readonly dependencies: readonly string[];
  readonly acceptedResourceRoles?: readonly string[];
  readonly backoffSeconds: number;
  readonly backoffFactor: number;
  readonly maxLaunchDelaySeconds: number;
  readonly container?: Container;
  readonly networks: readonly Network[];
  /** Ports on the host's own network; only with the network mode `host`. */
  readonly portDefinitions?: readonly PortDefinition[];
  readonly requirePorts: boolean;
  readonly healthChecks: readonly HealthCheck[];
  readonly readinessChecks: readonly ReadinessCheck[];
  readonly upgradeStrategy: UpgradeStrategy;
  readonly killSelection: KillSelection;
  /** Seconds between SIGTERM and SIGKILL; 3 when unset. */
  readonly taskKillGracePeriodSeconds?: number;
  readonly unreachableStrategy: object | 'disabled';
  readonly role?: string;
  readonly tty?: boolean;
  readonly secrets?: object;
  /** ISO-8601 with three decimals: when this definition was made. */
  readonly version: string;
  readonly versionInfo: VersionInfo;
}

export interface VersionInfo {
  readonly lastScalingAt: string;
  /** Tasks launched since then need not be replaced. */
  readonly lastConfigChangeAt: string;
}

export type KillSelection = 'YOUNGEST_FIRST' | 'OLDEST_FIRST';

interface UpgradeStrategy {
  readonly minimumHealthCapacity: number;
  readonly maximumOverCapacity: number;
}

export interface Container {
  readonly type: 'DOCKER' | 'MESOS';
  readonly docker?: {
    readonly image: string;
    readonly forcePullImage: boolean;
    readonly privileged: boolean;
    readonly parameters: readonly { readonly key: string; readonly value: string }[];
  };
  readonly portMappings?: readonly PortMapping[];
  readonly volumes: readonly Volume[];
}

interface Volume {
  readonly containerPath: string;
  readonly hostPath?: string;
  readonly mode: 'RO' | 'RW';
}

export type Network =
  | { readonly mode: 'host' | 'container/bridge' }
  | { readonly mode: 'container'; readonly name: string };

export interface PortDefinition {
  /** What was asked for; a number of the cluster's own where that was 0. */
  readonly port: number;
  readonly protocol: string;
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface PortMapping {
  readonly containerPort: number;
  /** 0: any. */
  readonly hostPort: number;
  readonly servicePort: number;
  readonly protocol: string;
  readonly name?: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface HealthCheck {
  readonly protocol: 'HTTP' | 'HTTPS' | 'TCP' | 'COMMAND' | 'MESOS_HTTP' | 'MESOS_HTTPS' | 'MESOS_TCP';
  readonly path?: string;
  readonly command?: { readonly value: string };
  readonly port?: number;
  readonly portIndex?: number;
  readonly gracePeriodSeconds: number;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly delaySeconds: number;
  /** Failures in a row after which the task is killed; 0: never. */
  readonly maxConsecutiveFailures: number;
  readonly ignoreHttp1xx: boolean;
}

export interface ReadinessCheck {
  readonly name: string;
  readonly protocol: 'HTTP' | 'HTTPS';
  readonly path: string;
  readonly portName: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly httpStatusCodesForReady: readonly number[];
  readonly preserveLastResponse: boolean;
}

/** What a request made of an application, checked and complete but for its version. */
export type AppDraft = Omit<App, 'version' | 'versionInfo'>;
