import { maskText } from 'ochopod-core';

import type { OutputStream } from '../context.ts';
import { coloredLines, visibleLine, visibleLines } from '../text/visible.ts';

export type Printer = Pick<OutputStream, 'write' | 'line' | 'raw'>;

export interface PrinterOptions {
  readonly isTty: boolean;
  /** Take secrets out of whatever is written. */
  readonly masks: boolean;
  put(text: string): void;
}

/** The one place through which everything goes that `ocho` writes; `put` writes what comes out of it. */
export function createPrinter({ isTty, masks, put }: PrinterOptions): Printer {
  const told = masks ? maskText : (text: string) => text;
  return {
    write: (text) => put(visibleLines(told(text))),
    line: (text) => put(`${visibleLine(told(text))}\n`),
    raw: (text) => put(isTty ? coloredLines(text) : text),
  };
}
