/** Repeated measurements of one thing, all in the same unit. */
export type Samples = readonly number[];

export function median(samples: Samples): number {
  const sorted = samples.toSorted((left, right) => left - right);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** How often a floor's median goes into ours. */
export function ratio(ours: Samples, floor: Samples): number {
  return median(ours) / median(floor);
}

/** Milliseconds on a clock that all processes of this machine share. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

/** How long a task takes, in milliseconds. */
export async function timed(task: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await task();
  return performance.now() - begun;
}

/**
 * Measure several things in turn, again and again, so that a noisy moment of the machine hits all of them alike.
 *
 * @returns the samples of each, in the order given
 */
export async function interleaved(times: number, measurements: readonly (() => Promise<number>)[]): Promise<Samples[]> {
  const samples = measurements.map((): number[] => []);
  for (let round = 0; round < times; round += 1) {
    for (const [at, measure] of measurements.entries()) samples[at]?.push(await measure());
  }
  return samples;
}
