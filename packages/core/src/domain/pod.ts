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
}

/** How a pod is shown everywhere: `marathon.web #3`. */
export function podLabel({ name, seq }: Pick<Pod, 'name' | 'seq'>): string {
  return `${qualified(name)} #${seq}`;
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
