import { go, ignore, refuse, type TransitionTable } from './transition-table.ts';

/** What the pod is at; `restarting`: the process failed, and waits for its next start. */
export const POD_STATES = ['stopped', 'running', 'restarting', 'dead'] as const;
export type PodState = (typeof POD_STATES)[number];

/**
 * Requests, and facts about the process:
 *
 * - `start`: configure and run, with what that takes
 * - `prepare`: configure, and leave the start to an operator
 * - `off`, `kill`: as asked for on the control port
 * - `exitedCleanly`: the process ended with 0, its job is done
 * - `crashed`: it ended in any other way, or could not be started again
 * - `restartDue`: the back-off after a failure is over
 * - `unhealthy`: too many sanity checks failed in a row, and it is to be started again
 * - `checksExhausted`: too many failed, and it is to be turned off
 * - `startFailed`: `configure` failed
 * - `gaveUp`: `configure` failed too often, or `initialize` did
 */
export const POD_EVENTS = [
  'start',
  'prepare',
  'off',
  'kill',
  'exitedCleanly',
  'crashed',
  'restartDue',
  'unhealthy',
  'checksExhausted',
  'startFailed',
  'gaveUp',
] as const;
export type PodEvent = (typeof POD_EVENTS)[number];

/**
 * What a transition does on its way:
 *
 * - `forget`: what failed before counts no more
 * - `tearDown`: stop the process and everything it left behind
 * - `configure`: ask the author what to run
 * - `spawn`: run it
 * - `accept`: from now on this configuration stands
 * - `respawn`: run the same command again
 * - `backOff`: wait for the next start, in the background
 * - `standDown`: neither check nor restart any more
 * - `finalize`: the author's last word
 */
export type PodEffect =
  | 'forget'
  | 'tearDown'
  | 'configure'
  | 'spawn'
  | 'accept'
  | 'respawn'
  | 'backOff'
  | 'standDown'
  | 'finalize';

const refuseDead = refuse('the pod is dead');

/** The pod lifecycle. A state is entered when its effects are done; a failed one comes back as an event. */
export const POD_LIFECYCLE: TransitionTable<PodState, PodEvent, PodEffect> = {
  stopped: {
    start: go('running', 'forget', 'configure', 'spawn', 'accept'),
    prepare: go('stopped', 'configure', 'accept'),
    off: ignore,
    kill: go('dead', 'finalize'),
    exitedCleanly: ignore,
    crashed: ignore,
    restartDue: ignore,
    unhealthy: ignore,
    checksExhausted: ignore,
    startFailed: go('stopped'),
    gaveUp: go('dead', 'finalize'),
  },
  running: {
    start: go('running', 'standDown', 'tearDown', 'configure', 'spawn', 'accept'),
    prepare: ignore,
    off: go('stopped', 'standDown', 'tearDown'),
    kill: go('dead', 'standDown', 'tearDown', 'finalize'),
    exitedCleanly: go('dead', 'standDown', 'tearDown', 'finalize'),
    crashed: go('restarting', 'tearDown', 'backOff'),
    restartDue: ignore,
    unhealthy: go('restarting', 'tearDown', 'backOff'),
    checksExhausted: go('stopped', 'standDown', 'tearDown'),
    startFailed: go('stopped', 'standDown', 'tearDown'),
    gaveUp: go('dead', 'standDown', 'tearDown', 'finalize'),
  },
  restarting: {
    start: go('running', 'standDown', 'configure', 'spawn', 'accept'),
    prepare: ignore,
    off: go('stopped', 'standDown'),
    kill: go('dead', 'standDown', 'finalize'),
    exitedCleanly: ignore,
    crashed: go('restarting', 'backOff'),
    restartDue: go('running', 'respawn'),
    unhealthy: ignore,
    checksExhausted: ignore,
    startFailed: go('stopped', 'standDown'),
    gaveUp: go('dead', 'standDown', 'finalize'),
  },
  dead: {
    start: refuseDead,
    prepare: refuseDead,
    off: refuseDead,
    kill: refuseDead,
    exitedCleanly: ignore,
    crashed: ignore,
    restartDue: ignore,
    unhealthy: ignore,
    checksExhausted: ignore,
    startFailed: ignore,
    gaveUp: ignore,
  },
};
