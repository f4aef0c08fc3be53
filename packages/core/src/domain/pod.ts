import type { ClusterName } from './cluster-name.ts';
import { qualified } from './cluster-name.ts';
import { own } from './own.ts';
import type { Registration } from './registration.ts';

/** One registered pod, as peers and operators know it. */
export interface Pod {
  /** The cluster that it is registered in. */
  readonly name: ClusterName;
  /** UUID of its agent process. */
  readonly key: string;
  /** Its number: unique in its cluster over all time, never changes while the pod lives. */
  readonly seq: number;
  readonly registration: Registration;
  /** Set while another pod of its cluster has the same number. */
  readonly isTwin?: true;
}

/**
 * Whether that can be the key of a pod. Agents make UUIDs; what merely looks like one is taken for one, a name that means
 * something on every object is not.
 */
export function isPodKey(text: string): boolean {
  return KEY.test(text);
}

const KEY = /^[\da-z][\w-]{0,127}$/i;

/** How a pod is shown everywhere: `marathon.web #3`, and with its key where two have that number. */
export function podLabel({ name, seq, key, isTwin }: Pick<Pod, 'name' | 'seq' | 'key' | 'isTwin'>): string {
  return isTwin ? `${qualified(name)} #${seq} (${key})` : `${qualified(name)} #${seq}`;
}

/** Pods of one cluster, so marked that their labels differ. */
export function toldApart(pods: readonly Pod[]): Pod[] {
  const counts = new Map<number, number>();
  for (const { seq } of pods) counts.set(seq, (counts.get(seq) ?? 0) + 1);
  return pods.map((pod) => ((counts.get(pod.seq) ?? 0) > 1 ? { ...pod, isTwin: true } : pod));
}

/** Where its control port answers. */
export function controlAddress({ registration: { ip, port, ports } }: Pick<Pod, 'registration'>): ControlAddress {
  return { host: ip, port: own(ports, port) as number };
}

export interface ControlAddress {
  readonly host: string;
  readonly port: number;
}

/** Registrations by pod key: what `snapshot` holds and a cluster view carries. */
export type Registrations = Readonly<Record<string, Registration>>;
