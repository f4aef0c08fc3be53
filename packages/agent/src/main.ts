import { parseArgs } from 'node:util';
import { asError, messageOf, systemClock } from 'ochopod-core';
import { makePipesAhead, spawnProcess } from 'ochopod-core/process';
import { type Agent, startAgent } from './agent.ts';
import { joinCluster } from './coordination/join-cluster.ts';
import { HostSignals } from './host-signals.ts';
import { LogRing } from './log-ring.ts';
import { createLog, type Log } from './logging.ts';
import { OwnOutput } from './own-output.ts';
import { loadScript } from './script/load-script.ts';
import type { PodScript } from './script/pod-script.ts';
import { processOf } from './script/script-settings.ts';
import { settling } from './settling.ts';
import { systemSurroundings } from './surroundings.ts';

const HELP = `ochopod: runs in a container, supervises its process and joins its cluster

usage: ochopod run <script>    run the pod that the script's default export defines
       ochopod --help
       ochopod --version

The environment says where it is and what it belongs to: ochopod_cluster, ochopod_namespace, ochopod_port,
ochopod_zk, ochopod_start, ochopod_debug, ochopod_local, pod. For a try on a workstation:

  ochopod_local=true ochopod_cluster=web ochopod run pod.js
`;

/** The command line of the agent. */
export async function main(host: NodeJS.Process, version: string): Promise<void> {
  const { command, file, problem } = parseCommandLine(host.argv.slice(2));
  if (command === 'help') host.stdout.write(HELP);
  else if (command === 'version') host.stdout.write(`${version}\n`);
  else if (command === 'run') await run(host, { file, version });
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

async function run(host: NodeJS.Process, { file, version }: { file: string; version: string }): Promise<void> {
  const ring = new LogRing();
  const output = new OwnOutput({
    clock: systemClock,
    onBehind: (name) => log.warn({ output: name }, 'nobody reads the output, lines are left out from now on'),
    onCaughtUp: (name, leftOut) => log.warn({ output: name, ...leftOut }, 'output is read again, lines were left out'),
  });
  output.replaceStreamsOf(host);
  const log = createLog({
    debug: host.env['ochopod_debug']?.trim().toLowerCase() === 'true',
    write: (line) => {
      ring.push(line);
      output.write(line, 'stdout');
    },
  });
  // The author's stray promises are no reason to take the process down with us.
  host.on('unhandledRejection', (reason) => log.error({ err: asError(reason) }, 'promise rejected and nobody cared'));
  // Node prints them by itself, and waits for the reader.
  host.removeAllListeners('warning').on('warning', (warning) => log.warn({ err: warning }, 'warning of the runtime'));
  let agent: Agent | undefined;
  const end = async () => agent?.stop();
  const exit = (code: number) => void output.settled(LAST_WORDS_MS).then(() => host.exit(code));
  const signals = stopOnSignals(host, { log, end, exit });
  stopOnFailure(host, { log, end, exit });
  makePipesAhead();
  try {
    const script = await settling(host, { file, loaded: loadScript(file, host.cwd()) });
    signals.forward(processOf(script).forward, (name) => agent?.forward(name));
    agent = await start({ host, script, version, log, ring, output });
  } catch (error) {
    log.error({ err: asError(error) }, 'agent could not start');
    exit(1);
  }
}

/** For whoever reads the last lines; who has not by then, does not. */
const LAST_WORDS_MS = 1000;

interface Start {
  readonly host: NodeJS.Process;
  readonly script: PodScript;
  readonly version: string;
  readonly log: Log;
  readonly ring: LogRing;
  readonly output: OwnOutput;
}

function start({ host, script, version, log, ring, output }: Start): Promise<Agent> {
  return startAgent({
    script,
    env: host.env,
    coordination: joinCluster,
    surroundings: systemSurroundings(host.env, (message) => log.warn(message)),
    spawn: spawnProcess,
    passOn: (chunk, name) => output.write(chunk, name),
    clock: systemClock,
    wallTime: () => performance.timeOrigin + performance.now(),
    random: Math.random,
    log,
    ring,
    version,
  });
}

interface Ending {
  readonly log: Log;
  readonly end: () => Promise<void>;
  readonly exit: (code: number) => void;
}

/** What the author's code throws outside of any callback leaves nothing to rely on: end, but in order. */
function stopOnFailure(host: NodeJS.Process, { log, end, exit }: Ending): void {
  host.on('uncaughtException', (error) => {
    log.error({ err: asError(error) }, 'exception thrown and nobody caught it, agent stopping');
    const failed = () => exit(1);
    end().then(failed, failed);
  });
}

/**
 * From the very start: as the first process of a container we would not even hear a signal otherwise. One that comes while
 * we stop changes nothing: whatever stops is still looked after.
 */
function stopOnSignals(host: NodeJS.Process, { log, end, exit }: Ending): HostSignals {
  return new HostSignals(host, (signal) => {
    log.info({ signal }, 'told to stop');
    end().then(
      () => exit(0),
      (error: unknown) => {
        log.error({ err: asError(error) }, 'agent could not stop in order');
        exit(1);
      },
    );
  });
}
