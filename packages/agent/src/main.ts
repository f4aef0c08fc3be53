import { parseArgs } from 'node:util';
import { isOchoError, messageOf, systemClock } from 'ochopod-core';
import { spawnProcess } from 'ochopod-core/process';
import { type Agent, startAgent } from './agent.ts';
import { joinCluster } from './coordination/join-cluster.ts';
import { loadScript } from './load-script.ts';
import { LogRing } from './log-ring.ts';
import { createLog, type Log } from './logging.ts';
import { systemSurroundings } from './surroundings.ts';

/** The process that the agent is, as far as the agent touches it. */
export type HostProcess = Pick<NodeJS.Process, 'argv' | 'env' | 'cwd' | 'on' | 'exit' | 'stdout' | 'stderr'>;

const HELP = `ochopod: runs in a container, supervises its process and joins its cluster

usage: ochopod run <script>    run the pod that the script's default export defines
       ochopod --help
       ochopod --version

The environment says where it is and what it belongs to: ochopod_cluster, ochopod_namespace, ochopod_port,
ochopod_zk, ochopod_start, ochopod_debug, ochopod_local, pod. For a try on a workstation:

  ochopod_local=true ochopod_cluster=web ochopod run pod.js
`;

/** The command line of the agent. */
export async function main(host: HostProcess, version: string): Promise<void> {
  const { command, file, problem } = parseCommandLine(host.argv.slice(2));
  if (command === 'help') host.stdout.write(HELP);
  else if (command === 'version') host.stdout.write(`${version}\n`);
  else if (command === 'run') await run(host, file);
  else {
    host.stderr.write(`ochopod: ${problem}\n\n${HELP}`);
    host.exit(2);
  }
}

interface CommandLine {
  readonly command?: 'run' | 'help' | 'version';
  readonly file: string;
  readonly problem: string;
}

function parseCommandLine(args: string[]): CommandLine {
  const nothing = { file: '', problem: '' };
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' }, version: { type: 'boolean', short: 'v' } },
    });
    const [command, file, ...more] = positionals;
    if (values.help) return { ...nothing, command: 'help' };
    if (values.version) return { ...nothing, command: 'version' };
    if (command !== 'run')
      return { ...nothing, problem: command === undefined ? 'say what to do' : `cannot ${command}` };
    if (file === undefined || more.length > 0) return { ...nothing, problem: 'run takes one script' };
    return { ...nothing, command, file };
  } catch (error) {
    return { ...nothing, problem: messageOf(error) };
  }
}

async function run(host: HostProcess, file: string): Promise<void> {
  const ring = new LogRing();
  const log = createLog({
    debug: host.env['ochopod_debug']?.trim().toLowerCase() === 'true',
    write: (line) => {
      ring.push(line);
      host.stdout.write(line);
    },
  });
  // The author's stray promises are no reason to take the process down with us.
  host.on('unhandledRejection', (reason) => log.error({ err: asError(reason) }, 'promise rejected and nobody cared'));
  host.stdout.on('error', () => {}); // nobody reads it any more: `/log` still has it
  let agent: Agent | undefined;
  const end = async () => agent?.stop();
  stopOnSignals(host, log, end);
  stopOnFailure(host, log, end);
  try {
    agent = await start({ host, file, log, ring });
  } catch (error) {
    const hint = isOchoError(error) && error.hint !== undefined ? ` (${error.hint})` : '';
    log.error({ err: asError(error) }, `agent could not start${hint}`);
    host.exit(1);
  }
}

interface Start {
  readonly host: HostProcess;
  readonly file: string;
  readonly log: Log;
  readonly ring: LogRing;
}

async function start({ host, file, log, ring }: Start): Promise<Agent> {
  const script = await loadScript(file, host.cwd());
  return startAgent({
    script,
    env: host.env,
    coordination: joinCluster,
    surroundings: systemSurroundings(host.env, (message) => log.warn(message)),
    spawn: spawnProcess,
    clock: systemClock,
    random: Math.random,
    log,
    ring,
  });
}

/** What the author's code throws outside of any callback leaves nothing to rely on: end, but in order. */
function stopOnFailure(host: HostProcess, log: Log, end: () => Promise<void>): void {
  host.on('uncaughtException', (error) => {
    log.error({ err: asError(error) }, 'exception thrown and nobody caught it, agent stopping');
    const exit = () => host.exit(1);
    end().then(exit, exit);
  });
}

/** From the very start: as the first process of a container we would not even hear a signal otherwise. */
function stopOnSignals(host: HostProcess, log: Log, end: () => Promise<void>): void {
  const stop = (signal: NodeJS.Signals) => {
    log.info({ signal }, 'told to stop');
    end().then(
      () => host.exit(0),
      (error: unknown) => {
        log.error({ err: asError(error) }, 'agent could not stop in order');
        host.exit(1);
      },
    );
  };
  host.on('SIGTERM', stop);
  host.on('SIGINT', stop);
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}
