import type { GlobalFlags } from '../ocho-command.ts';

export interface SessionDefaults {
  readonly id: string;
  readonly flags: Pick<GlobalFlags, 'zk' | 'namespace' | 'debug'>;
}

/** Commands that use `-n` for something else. */
const OWN_N = new Set(['log', 'exec']);

/** Let a line of a session inherit what the session was started with, unless it says otherwise. */
export function withDefaults(argv: readonly string[], { id, flags }: SessionDefaults): string[] {
  const end = argv.indexOf('--');
  const ours = end === -1 ? argv : argv.slice(0, end);
  const says = (flag: string) => ours.some((word) => word === flag || word.startsWith(`${flag}=`));
  const saysNamespace = says('--namespace') || (!OWN_N.has(id) && ours.some((word) => word.startsWith('-n')));
  return [
    ...(flags.zk === undefined || says('--zk') ? [] : ['--zk', flags.zk]),
    ...(flags.namespace === undefined || saysNamespace ? [] : ['--namespace', flags.namespace]),
    ...(flags.debug && !says('--debug') && !says('-d') ? ['--debug'] : []),
    ...argv,
  ];
}
