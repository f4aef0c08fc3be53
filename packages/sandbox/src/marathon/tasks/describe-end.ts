import type { ProcessExit } from 'ochopod-core/process';

import type { WorkloadEnd } from './workload.ts';

/** As the C library names them, which is how Mesos does; others go by their number's name. */
const SIGNAL_NAMES: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGHUP: 'Hangup',
  SIGINT: 'Interrupt',
  SIGQUIT: 'Quit',
  SIGILL: 'Illegal instruction',
  SIGTRAP: 'Trace/breakpoint trap',
  SIGABRT: 'Aborted',
  SIGBUS: 'Bus error',
  SIGFPE: 'Floating point exception',
  SIGKILL: 'Killed',
  SIGUSR1: 'User defined signal 1',
  SIGSEGV: 'Segmentation fault',
  SIGUSR2: 'User defined signal 2',
  SIGPIPE: 'Broken pipe',
  SIGALRM: 'Alarm clock',
  SIGTERM: 'Terminated',
};

/** @param what `Command`, `Container` */
export function describeEnd(what: string, { code, signal }: ProcessExit): WorkloadEnd {
  const how =
    signal === null ? `exited with status ${code}` : `terminated with signal ${SIGNAL_NAMES[signal] ?? signal}`;
  return { succeeded: code === 0, message: `${what} ${how}` };
}
