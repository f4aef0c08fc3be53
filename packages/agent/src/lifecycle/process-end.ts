import type { LastEnd } from 'ochopod-core';
import type { ProcessExit } from 'ochopod-core/process';

import type { LastLines } from './output-tails.ts';

/** How one run of the process ended. */
export interface ProcessEnd {
  readonly how: LastEnd['how'];
  /** In words: `exited with code 3`. */
  readonly why: string;
  /** On the pod's clock. */
  readonly at: number;
  /** Nothing when it could not be started. */
  readonly exit?: ProcessExit;
  readonly lastLines: LastLines;
}
