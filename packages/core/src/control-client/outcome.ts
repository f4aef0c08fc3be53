import type { Pod } from '../domain/pod.ts';
import type { OchoError } from '../errors.ts';

/** What became of one pod's part in a fan-out. */
export type Outcome<T> = Answered<T> | Failed;

export interface Answered<T> {
  readonly pod: Pod;
  readonly ok: true;
  readonly value: T;
}

export interface Failed {
  readonly pod: Pod;
  readonly ok: false;
  readonly error: OchoError;
}
