import { ANSWER_BYTES } from 'ochopod-core';

import type { LogRing } from '../log-ring.ts';

/** What `/log` answers. */
interface LogPage {
  /** A JSON array of lines, no longer than any caller reads. */
  readonly body: string;
  /** Names the line after the last one. */
  readonly cursor: string;
  /** Lines that were asked for and are not there. */
  readonly missed: number;
}

export interface LogQuery {
  /** The last so many. */
  readonly lines?: number;
  /** Those after the end of an earlier page; counts more than `lines`. */
  readonly from?: string;
}

interface Log {
  readonly ring: LogRing;
  /** Of the agent: a number of one that ran here before means nothing to us. */
  readonly key: string;
}

/**
 * Choose lines of the log. What does not fit into one answer is left out at the front, or, with `from`, at the end, where
 * the next question goes on.
 */
export function logPage({ ring, key }: Log, { lines, from }: LogQuery): LogPage {
  if (from !== undefined) return pageFrom({ ring, key }, numberIn(from, { ring, key }));
  const asked = lines === undefined ? ring.lines() : ring.lines(ring.next - lines);
  const told = fitting(asked.toReversed()).toReversed();
  return { body: `[${told.join()}]`, cursor: `${key}:${ring.next}`, missed: asked.length - told.length };
}

function pageFrom({ ring, key }: Log, wanted: number): LogPage {
  const begin = Math.max(wanted, ring.oldest);
  const asked = ring.lines(begin);
  const told = fitting(asked);
  const gone = begin - wanted;
  // One line that is too long for any answer must not be asked for again and again.
  if (told.length === 0 && asked.length > 0) return { body: '[]', cursor: `${key}:${begin + 1}`, missed: gone + 1 };
  return { body: `[${told.join()}]`, cursor: `${key}:${begin + told.length}`, missed: gone };
}

/** From the beginning, when the cursor is none of this agent's. */
function numberIn(cursor: string, { ring, key }: Log): number {
  const number = cursor.startsWith(`${key}:`) ? cursor.slice(key.length + 1) : '0';
  const wanted = /^\d{1,15}$/.test(number) ? Number(number) : 0;
  return wanted <= ring.next ? wanted : 0;
}

/** As JSON, as many from the front as fit into one answer. */
function fitting(lines: readonly string[]): readonly string[] {
  const texts: string[] = [];
  let left = ANSWER_BYTES.log - '[]'.length;
  for (const line of lines) {
    const text = JSON.stringify(line);
    left -= Buffer.byteLength(text) + ','.length;
    if (left < 0) break;
    texts.push(text);
  }
  return texts;
}
