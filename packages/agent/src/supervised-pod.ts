import type { ControlTask, ProcessState } from 'ochopod-core';

import type { Metrics } from './script/pod-script.ts';

/** A control request, as it arrived or as the agent makes it itself. */
export interface ControlRequest {
  readonly task: ControlTask;
  /** The JSON that came with it, not yet checked; `undefined` without a body. */
  readonly payload?: unknown;
  /** The leader's fencing token; without one the request is obeyed (operators, old leaders). */
  readonly fence?: bigint;
}

/** The pod's half that looks after the sub-process, as the control server and the coordination see it. */
export interface SupervisedPod {
  readonly process: ProcessState;
  /** What the last sanity check returned. */
  readonly metrics: Metrics;
  /** Whether a configuration has succeeded and still stands. */
  readonly configured: boolean;
  /** Aborts once the pod is dead: its leadership must go, its registration stays, marked. */
  readonly dead: AbortSignal;
  /**
   * Carry one request out, after those accepted before it.
   *
   * When `signal` aborts while the request still waits for its turn it is dropped; a callback that runs gets the
   * abort, and nothing is started on its behalf afterwards. A stop that has begun is finished all the same.
   *
   * @returns what `/control/signal` is to answer; nothing for the others
   * @throws {OchoError} `POD_REFUSED`, `POD_FAILED`, `POD_DEAD`, `FENCED`, `INVALID_INPUT`
   */
  perform(request: ControlRequest, signal: AbortSignal): Promise<unknown>;
  /** Shut down for good, ahead of what is queued: tear the process down, finalize. Settles when that is done. */
  shutDown(): Promise<void>;
}
