import { resolve } from 'node:path';

import { Flags } from '@oclif/core';
import type { ApplicationStatus, ContainerChoice, SandboxState } from 'ochopod-sandbox';

import type { NewSandbox } from '../../context.ts';
import { prose } from '../../render/prose.ts';
import { changedLines, environmentOf, exportLines, sandboxPicture } from '../../render/sandbox.ts';
import { runSandbox } from '../../sandbox/run-sandbox.ts';
import { NAME_FLAG, SandboxCommand } from '../../sandbox-command.ts';

/** What `ocho sandbox up --detach --json` prints. Fields may be added, never renamed. */
export interface UpReport extends SandboxState {
  readonly environment: Readonly<Record<string, string>>;
}

export default class SandboxUp extends SandboxCommand {
  static override summary = 'run a ZooKeeper and a Marathon for one machine';
  static override description =
    prose(`Starts a server that clients of ZooKeeper talk to and a scheduler that clients of Marathon talk to, which runs
applications as processes of this machine. It needs nothing but Node, and listens on loopback unless told otherwise. It is
for trying, developing and testing; for more than that take a real ensemble and a real scheduler.

Shows one line per application as it changes, until Ctrl-C (or SIGTERM, SIGHUP, SIGQUIT...) ends everything, tasks first; a second
one kills the tasks that have not ended yet. With --detach it goes on in the background, and this command
ends when both servers answer.

Standard output carries the environment that other commands need, for a shell.`);
  static override examples = [
    { command: '<%= config.bin %> sandbox up', description: 'in this terminal, until Ctrl-C' },
    { command: 'eval "$(<%= config.bin %> sandbox up --detach)"', description: 'in the background, for this shell' },
    {
      command: '<%= config.bin %> sandbox up --detach --name other --zk-port 2181 --marathon-port 8080',
      description: 'one more, where clients look for theirs',
    },
  ];
  static override flags = {
    name: NAME_FLAG,
    'zk-port': port('ZooKeeper'),
    'marathon-port': port('Marathon'),
    host: Flags.string({
      description: 'address to listen on; whoever reaches it can run programs here [default: 127.0.0.1]',
      helpValue: '<address>',
    }),
    data: Flags.string({
      description: 'keep what is written to ZooKeeper in this directory [default: in memory]',
      helpValue: '<dir>',
    }),
    images: Flags.string({
      description:
        'YAML file that says which command runs instead of an image: images: {"acme/redis:*": "redis-server"}',
      helpValue: '<file>',
    }),
    containers: Flags.option({
      options: ['auto', 'podman', 'docker', 'none'] as const,
      description: 'what runs images; auto: whichever is found, else the command of the images file [default: auto]',
      helpValue: 'auto|podman|docker|none',
    })(),
    detach: Flags.boolean({ description: 'go on in the background' }),
  };

  async run(): Promise<UpReport | undefined> {
    const { flags } = await this.parse(SandboxUp);
    const { sandboxes, signal } = this.context;
    const sandbox = asked(flags);
    if (!flags.detach) {
      await this.#runHere(sandbox, flags.debug);
      return undefined;
    }
    const state = await sandboxes.detach(sandbox, signal);
    for (const line of exportLines(state)) this.show(line);
    return reportOf(state);
  }

  async #runHere(sandbox: NewSandbox, debug: boolean): Promise<void> {
    const { clock, io, sandboxes } = this.context;
    const draws = io.err.isTty;
    io.neverWait(); // whoever stops reading must not stop what runs in here
    // A log says when; who watches a terminal knows.
    const say = (line: string) => io.err.line(`${draws ? '' : `${timeText(this.context.wallTime())} `}${line}`);
    let before: readonly ApplicationStatus[] = [];
    await runSandbox({
      ...{ clock, sandboxes, sandbox, ...this.context.endsInOrder() },
      onReady: (state) => {
        for (const line of exportLines(state)) this.show(line);
        if (this.jsonEnabled()) this.logJson(reportOf(state));
      },
      onApplications: (now) => {
        if (draws) io.status(sandboxPicture(now));
        else for (const line of changedLines(before, now)) say(line);
        before = now;
      },
      onEvent: (event) => {
        if (!draws || debug) say(event);
      },
      onEnding: (because) => {
        io.status(undefined);
        say(`${because}: the sandbox ends`);
      },
    });
  }
}

function timeText(wallMs: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: formats a time, and asks for none
  return new Date(wallMs).toISOString();
}

function port(server: string) {
  return Flags.integer({
    description: `port of ${server} [default: one that is free]`,
    helpValue: '<port>',
    min: 1,
    max: 65_535,
  });
}

interface UpFlags {
  readonly name: string;
  readonly 'zk-port'?: number | undefined;
  readonly 'marathon-port'?: number | undefined;
  readonly host?: string | undefined;
  readonly data?: string | undefined;
  readonly images?: string | undefined;
  readonly containers?: ContainerChoice | undefined;
}

/** With whole paths: in the background the working directory is another one. */
function asked({ name, host, data, images, containers, ...ports }: UpFlags): NewSandbox {
  const { 'zk-port': zkPort, 'marathon-port': marathonPort } = ports;
  return {
    name,
    ...(host !== undefined && { host }),
    ...(zkPort !== undefined && { zkPort }),
    ...(marathonPort !== undefined && { marathonPort }),
    ...(data !== undefined && { data: resolve(data) }),
    ...(images !== undefined && { imagesFile: resolve(images) }),
    ...(containers !== undefined && { containers }),
  };
}

function reportOf(state: SandboxState): UpReport {
  return { ...state, environment: environmentOf(state) };
}
