import { isDeepStrictEqual } from 'node:util';
import type { ClusterView } from 'ochopod-core';

import type { PodState } from './pod-lifecycle.ts';

export interface OnSituation {
  readonly state: PodState;
  /** What the leader sent; an operator sends nothing. */
  readonly view: ClusterView | undefined;
  /** The view of the last configuration that succeeded. */
  readonly lastView: ClusterView | undefined;
  /** Restart at every configuration. */
  readonly strict: boolean;
  /** The first start is an operator's to order, and none has yet. */
  readonly held: boolean;
}

export interface OnDecision {
  readonly action: 'start' | 'prepare' | 'nothing' | 'refuse';
  readonly because: string;
}

/** What an `on` is to bring about. */
export function decideOn(situation: OnSituation): OnDecision {
  return situation.view === undefined ? decideBareOn(situation) : decideLeadersOn(situation.view, situation);
}

function decideBareOn({ state, lastView }: OnSituation): OnDecision {
  if (state === 'running') return { action: 'nothing', because: 'it is running' };
  if (lastView === undefined) return { action: 'refuse', because: 'the pod has not been configured by its leader yet' };
  return { action: 'start', because: 'an operator asked for it' };
}

function decideLeadersOn(view: ClusterView, { state, lastView, strict, held }: OnSituation): OnDecision {
  if (held) return { action: 'prepare', because: 'it is not to start before an operator says so' };
  if (state !== 'running') return { action: 'start', because: 'it is not running' };
  if (strict) return { action: 'start', because: 'it restarts at every configuration' };
  if (isDeepStrictEqual(view.dependencies, lastView?.dependencies)) {
    return { action: 'nothing', because: 'no dependency changed' };
  }
  return { action: 'start', because: 'a dependency changed' };
}
