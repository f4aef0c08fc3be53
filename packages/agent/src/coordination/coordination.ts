import type { LeadershipState } from 'ochopod-core';

/** The pod's half that lives in ZooKeeper, as the control server sees it. */
export interface Coordination {
  readonly state: LeadershipState;
  /** The leader's words on the cluster; empty in a follower that never led. */
  readonly status: string;
  /** Whether the pod's registration stands in ZooKeeper, as far as we know now. */
  readonly registered: boolean;
  /** Drop the ZooKeeper session, register and contend again; the sub-process is left alone. Settles when registered. */
  reset(signal: AbortSignal): Promise<void>;
}
