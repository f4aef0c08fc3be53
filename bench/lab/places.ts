import { join } from 'node:path';
import process from 'node:process';

/** This runs as a bundle in `bench/dist`. */
export const ROOT = join(import.meta.dirname, '..', '..');
export const BENCH = join(ROOT, 'bench');
export const AGENT = join(ROOT, 'packages', 'agent', 'bin', 'ochopod.js');
export const AGENT_MAIN = join(ROOT, 'packages', 'agent', 'dist', 'main.js');
export const OCHO = join(ROOT, 'packages', 'cli', 'bin', 'ocho.cjs');

/** One of our own programs, built. */
export const program = (name: string): string => join(BENCH, 'dist', `${name}.js`);

/** As little as can be: settings of the caller's Node, such as more certificates to load, cost time at each start. */
export const PLAIN_ENV = { PATH: process.env['PATH'] ?? '', HOME: BENCH };

export interface PodPlace {
  /** `zk://127.0.0.1:2181` */
  readonly zk: string;
  /** `demo.web` */
  readonly cluster: string;
  readonly sessionSeconds: number;
}

/** What a pod of a workstation is told, its control port anywhere. */
export function podEnvironment({ zk, cluster, sessionSeconds }: PodPlace): Record<string, string> {
  const [namespace = '', name = ''] = cluster.split('.');
  return {
    ...PLAIN_ENV,
    ochopod_local: 'true',
    ochopod_cluster: name,
    ochopod_namespace: namespace,
    ochopod_port: '0',
    ochopod_zk: zk,
    ochopod_zk_timeout: String(sessionSeconds),
  };
}
