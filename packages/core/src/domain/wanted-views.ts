import type { ControlTask } from './control.ts';
import type { Registration } from './registration.ts';

/** Whom a cluster view is told besides `on`, which always carries it: that is what a pod is configured with. */
export interface WantedViews {
  readonly check: boolean;
  readonly ok: boolean;
}

/**
 * What a pod registers as `views`: the requests of a leader with which it wants its cluster view. A view is as long as
 * its cluster is large, and is sent to every pod of it.
 */
export function describeViews({ check, ok }: WantedViews): string {
  return [...(check ? ['check'] : []), 'on', ...(ok ? ['ok'] : [])].join(',');
}

/** Older agents register nothing of the kind, and want their view with each request. */
export function wantsView({ views }: Registration, task: ControlTask): boolean {
  if (task === 'off') return false;
  if (task === 'on' || typeof views !== 'string' || !VIEWS.test(views)) return true;
  return views.split(',').includes(task);
}

/** Exactly what is written above: whatever else an older agent may have under that name says nothing about it. */
const VIEWS = /^(check,)?on(,ok)?$/;
