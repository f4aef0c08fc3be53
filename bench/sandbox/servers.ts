import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

import { startZooKeeper } from '../../scripts/zookeeper.mjs';
import { program } from '../lab/places.ts';

export type Server = Awaited<ReturnType<typeof startZooKeeper>>;

/** Two servers that promise the same of what they acknowledge. */
export interface Rivals {
  readonly sandbox: Server;
  readonly apache: Server;
}

/** @param durable what is acknowledged outlasts a power cut; else the sandbox keeps nothing, and Apache's does not sync */
export async function startRivals(durable: boolean): Promise<Rivals> {
  const sandbox = await startZooKeeper({
    program: ({ port, directory }) => [
      process.execPath,
      program('sandbox-zookeeper'),
      String(port),
      ...(durable ? [join(directory, 'kept')] : []),
    ],
  });
  const apache = await startZooKeeper({ program: (place) => apacheAsItComes(place, durable) });
  return { sandbox, apache };
}

export async function stopRivals({ sandbox, apache }: Rivals): Promise<void> {
  await Promise.all([sandbox.stop(), apache.stop()]);
}

/** With what Java and it choose themselves: not as in tests, where it is to start fast. */
function apacheAsItComes({ port, directory }: { port: number; directory: string }, durable: boolean): string[] {
  const file = join(directory, 'zoo.cfg');
  const settings = [
    `dataDir=${join(directory, 'data')}`,
    `clientPort=${port}`,
    'clientPortAddress=127.0.0.1',
    'maxClientCnxns=0',
    'maxSessionTimeout=60000',
    'admin.enableServer=false',
    '4lw.commands.whitelist=*',
    '',
  ];
  writeFileSync(file, settings.join('\n'));
  const jars = ['zookeeper.jar', 'slf4j-simple.jar'].map((jar) => join('/usr/share/java', jar)).join(':');
  const options = [`-Dzookeeper.forceSync=${durable ? 'yes' : 'no'}`, '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  return ['java', ...options, '-cp', jars, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', file];
}
