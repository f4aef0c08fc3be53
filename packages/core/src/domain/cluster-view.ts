import { OchoError } from '../errors.ts';
import { hostAndPort } from '../host-and-port.ts';
import { own } from './own.ts';
import type { Registrations } from './pod.ts';
import { parseRegistration, type Registration } from './registration.ts';

/** A cluster view as the leader sends it. */
export interface ClusterViewJson {
  readonly pods: Registrations;
  readonly dependencies: Readonly<Record<string, Registrations>>;
  readonly key: string;
}

/** What a pod is told about its cluster when it is configured: everybody in it, and everybody it depends on. */
export class ClusterView {
  /** The pod's own key. */
  readonly key: string;
  /** The pod's rank, 0 to `size - 1`, in the order of the keys; may change from one configuration to the next. */
  readonly index: number;
  /** The pod's number, unique in its cluster over all time; never changes while the pod lives. */
  readonly seq: number;
  /** How many pods the cluster has. */
  readonly size: number;
  /** The cluster's pods by key, this one included. */
  readonly pods: Registrations;
  /** The pods of each dependency by key, under the `depends_on` entry as it was written. */
  readonly dependencies: Readonly<Record<string, Registrations>>;

  constructor({ pods, dependencies, key }: ClusterViewJson) {
    const keys = Object.keys(pods).sort();
    const self = own(pods, key);
    if (self === undefined) throw new OchoError(`the view does not hold its own pod ${key}`, { code: 'INVALID_INPUT' });
    this.key = key;
    this.index = keys.indexOf(key);
    this.seq = self.seq ?? 0;
    this.size = keys.length;
    this.pods = pods;
    this.dependencies = dependencies;
  }

  /**
   * The addresses of a dependency's pods, as connection strings want them: `10.0.0.7:31005,[fd00::9]:31002`,
   * in the order of seq; empty when there is no such dependency or nobody in it.
   *
   * @param dependency the `depends_on` entry as it was written
   * @param port the port inside the container; the result holds what it is mapped to
   * @param publicly use the addresses that are reachable from outside
   * @throws {OchoError} `INVALID_INPUT` when one of its pods does not expose the port
   */
  grep(dependency: string, port: number, publicly = false): string {
    const pods = Object.values(own(this.dependencies, dependency) ?? {}).sort((a, b) => (a.seq ?? 0) - (b.seq ?? 0));
    return pods.map((pod) => address(pod, { dependency, port, publicly })).join(',');
  }

  /**
   * Where this pod's process has to listen so that peers reach it as `port`: right there in a network of its own, and on
   * the host port that it is mapped to, if it is, where the pod shares the network of its host.
   *
   * @param port the port as the container exposes it
   */
  listenPort(port: number): number {
    const { network, local, ports = {} }: Partial<Registration> = own(this.pods, this.key) ?? {};
    const shares = network === 'host' || local === 'true';
    return shares ? (own(ports, String(port)) ?? port) : port;
  }
}

interface Wanted {
  readonly dependency: string;
  readonly port: number;
  readonly publicly: boolean;
}

function address(pod: Registration, { dependency, port, publicly }: Wanted): string {
  const mapped = own(pod.ports, String(port));
  if (mapped === undefined) {
    throw new OchoError(`${dependency} #${pod.seq} does not expose port ${port}`, {
      code: 'INVALID_INPUT',
      hint: `Its container exposes ${Object.keys(pod.ports).join(', ')}.`,
    });
  }
  return hostAndPort(publicly ? pod.public : pod.ip, mapped);
}

/**
 * Check a cluster view that came over the wire.
 *
 * @throws {OchoError} `INVALID_INPUT` saying what is wrong with it
 */
export function parseClusterView(input: unknown): ClusterView {
  const { pods, dependencies, key } = object(input, 'the cluster view');
  if (typeof key !== 'string') throw new OchoError('the cluster view has no key', { code: 'INVALID_INPUT' });
  const parsed = Object.entries(object(dependencies ?? {}, 'dependencies'));
  return new ClusterView({
    key,
    pods: registrations(pods, 'pods'),
    dependencies: Object.fromEntries(parsed.map(([entry, found]) => [entry, registrations(found, entry)])),
  });
}

function registrations(input: unknown, what: string): Registrations {
  const entries = Object.entries(object(input, what));
  return Object.fromEntries(entries.map(([key, found]) => [key, parseRegistration(found)]));
}

function object(input: unknown, what: string): Record<string, unknown> {
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as Record<string, unknown>;
  throw new OchoError(`${what} is no JSON object`, { code: 'INVALID_INPUT' });
}
