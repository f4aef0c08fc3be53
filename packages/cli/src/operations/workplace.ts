import type { Clock } from 'ochopod-core';
import type { ControlClient } from 'ochopod-core/control-client';

import type { LocalFiles, PodRegistry } from '../context.ts';

/** What operations work with. */
export interface Workplace {
  readonly registry: PodRegistry;
  readonly pods: ControlClient;
  readonly files: LocalFiles;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears, while a command waits, who is still awaited. */
  readonly progress: Progress;
  /** Says something beside the result. */
  warn(text: string): void;
}

export interface Progress {
  /** Called again and again until `signal` aborts; `awaited` tells each time who is missing. */
  watch(awaited: () => Awaited, signal: AbortSignal): void;
}

export interface Awaited {
  readonly expected: number;
  readonly missing: readonly string[];
  /** What is awaited of them. Default: answered. */
  readonly done?: string;
}
