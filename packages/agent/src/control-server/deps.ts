import type { Clock, ClusterView, ProcessFacts, Registration } from 'ochopod-core';
import type { Coordination } from '../coordination/coordination.ts';
import type { PodCounters } from '../lifecycle/pod.ts';
import type { LogRing } from '../log-ring.ts';
import type { Log } from '../logging.ts';
import type { SupervisedPod } from '../supervised-pod.ts';
import type { Toolbox } from '../tools/toolbox.ts';

/** What the control port shows and drives. */
export interface ControlServerDeps {
  readonly pod: SupervisedPod & ServedPod;
  /** There is none before the port listens. */
  readonly coordination: () => Coordination | undefined;
  readonly registration: () => Registration;
  /** What `/info` says of the agent itself. */
  readonly version: string;
  /** By what a configuration is recognised. */
  readonly digest: (view: ClusterView) => string;
  /** The `depends_on` entries, as declared. */
  readonly dependencies: readonly string[];
  readonly tools: Toolbox;
  /** UUID of this agent process. */
  readonly key: string;
  readonly ring: LogRing;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether callers may name the pod so, beside its addresses. */
  readonly isOurName: (name: string) => boolean;
  /** Aborts when the agent ends. */
  readonly closing: AbortSignal;
  readonly limits?: Partial<ControlServerLimits>;
}

/** What the server needs of the pod beside what the coordination does. */
interface ServedPod {
  readonly counters: PodCounters;
  readonly facts: ProcessFacts;
  readonly view: ClusterView | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface ControlServerLimits {
  /** Connections at once, and of one address: a gateway or a whole estate on one machine has just one. */
  readonly connections: number;
  readonly connectionsPerAddress: number;
  /** A view, and all bodies that are on their way together: some ten thousand pods fit. */
  readonly viewBytes: number;
  /** What an operator sends along with a signal. */
  readonly signalBytes: number;
  /** Any other body: nobody has much to say there. */
  readonly otherBytes: number;
  /** All files of one `exec` together. */
  readonly uploadBytes: number;
  readonly uploadedFiles: number;
}

export const DEFAULT_LIMITS: ControlServerLimits = {
  connections: 256,
  connectionsPerAddress: 128,
  viewBytes: 16 * 1024 * 1024,
  signalBytes: 1024 * 1024,
  otherBytes: 64 * 1024,
  uploadBytes: 64 * 1024 * 1024,
  uploadedFiles: 100,
};
