import type { Instance } from '../../engine/instance.ts';

/** How many tasks of an application stand how. */
export interface Counts {
  readonly staged: number;
  readonly running: number;
  readonly healthy: number;
  readonly unhealthy: number;
}

export function countsOf(instances: readonly Instance[]): Counts {
  const running = instances.filter(({ condition }) => condition === 'Running');
  const asked = running.map(({ health }) => health.filter(Boolean)).filter(({ length }) => length > 0);
  const healthy = asked.filter((results) => results.every(({ alive }) => alive)).length;
  return {
    staged: instances.filter(({ condition }) => condition === 'Staging' || condition === 'Starting').length,
    running: running.length,
    healthy,
    unhealthy: asked.length - healthy,
  };
}
