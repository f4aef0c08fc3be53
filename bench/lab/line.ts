import { median, ratio, type Samples } from './samples.ts';

type Unit = 'ms' | 'MB' | 'ops/s' | 'packets/s' | 'ms/min';

/** One line of the table. */
export interface Line {
  readonly what: string;
  /** What the Python original took. */
  readonly original: string;
  readonly aim: string;
  readonly unit: Unit;
  readonly ours: Samples;
  /** The same done by a raw client or a bare process in the same run. */
  readonly floor?: { readonly what: string; readonly samples: Samples };
  readonly remark?: string;
}

export const HEADINGS = ['what', 'original', 'aim', 'Ochopod in TypeScript', 'floor', 'ratio', 'floor is, remarks'];

/** One cell for each heading. */
export function cells({ what, original, aim, unit, ours, floor, remark = '' }: Line): string[] {
  const about = [floor?.what, remark].filter(Boolean).join('; ');
  return [
    what,
    original,
    aim,
    shown(ours, unit),
    floor === undefined ? '' : shown(floor.samples, unit),
    floor === undefined ? '' : `${ratio(ours, floor.samples).toFixed(2)} x`,
    about,
  ];
}

export const RIVAL_HEADINGS = ['what', "the sandbox's", "Apache's", "ratio, ours to Apache's", 'remarks'];

/** The same of a line that compares two servers. */
export function rivalCells(line: Line): string[] {
  const [what = '', , , ours = '', theirs = '', times = ''] = cells(line);
  return [what, ours, theirs, times, line.remark ?? ''];
}

/** `12 ms (11-15)`: the median and the range of several. */
function shown(samples: Samples, unit: Unit): string {
  const middle = `${short(median(samples))} ${unit}`;
  if (samples.length === 1) return middle;
  return `${middle} (${short(Math.min(...samples))}-${short(Math.max(...samples))})`;
}

function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
