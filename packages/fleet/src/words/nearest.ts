/** The word that was probably meant, if one is near enough to be a typo. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const [best] = known
    .map((each) => ({ each, distance: editDistance(word, each) }))
    .sort((left, right) => left.distance - right.distance);
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.each.length / 3)) ? best.each : undefined;
}

/** Letters to insert, delete, replace, or to swap with the next. */
function editDistance(left: string, right: string): number {
  let rows: readonly (readonly number[])[] = [[], Array.from({ length: right.length + 1 }, (_, at) => at)];
  for (let at = 0; at < left.length; at += 1) {
    const next = [at + 1];
    for (let other = 0; other < right.length; other += 1) next.push(stepsTo({ left, right, at, other, rows, next }));
    rows = [rows[1] ?? [], next];
  }
  return rows[1]?.at(-1) ?? 0;
}

interface Cell {
  readonly left: string;
  readonly right: string;
  readonly at: number;
  readonly other: number;
  /** The two rows before this one, */
  readonly rows: readonly (readonly number[])[];
  /** and what is known of it. */
  readonly next: readonly number[];
}

function stepsTo({ left, right, at, other, rows: [older = [], before = []], next }: Cell): number {
  const replaced = (before[other] ?? 0) + (right[other] === left[at] ? 0 : 1);
  const isSwap = at > 0 && left[at] === right[other - 1] && left[at - 1] === right[other];
  const swapped = isSwap ? (older[other - 1] ?? 0) + 1 : replaced;
  return Math.min(replaced, swapped, (before[other + 1] ?? 0) + 1, (next[other] ?? 0) + 1);
}
