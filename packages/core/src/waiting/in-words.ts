/** A duration as people are told: no finer than they care for. `0.05 s`, `2.5 s`, `15 s`. */
export function inWords(ms: number): string {
  const seconds = ms / 1000;
  return `${seconds >= 10 ? Math.round(seconds) : Number(seconds.toPrecision(2))} s`;
}
