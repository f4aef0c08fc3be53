/**
 * The signals that end a program unless it hears them. Left out are those that cannot be heard (SIGKILL), that tell of a
 * fault in the program itself (SIGSEGV, SIGTRAP...), that Node ignores (SIGPIPE) or needs for its profiler (SIGPROF), and
 * those without a name in Node (SIGRTMIN and its like).
 */
export const ENDING_SIGNALS = [
  'SIGTERM',
  'SIGINT',
  'SIGQUIT',
  'SIGHUP',
  'SIGUSR2',
  'SIGABRT',
  'SIGALRM',
  'SIGVTALRM',
  'SIGIO',
  'SIGPWR',
  'SIGSTKFLT',
  'SIGXCPU',
] as const satisfies readonly NodeJS.Signals[];
