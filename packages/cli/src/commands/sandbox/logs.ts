import { Args, Flags } from '@oclif/core';
import { jsonText } from 'ochopod-core';

import { RAW_FLAG } from '../../flags/common-flags.ts';
import { type SandboxLogsReport, type SourceLines, sandboxLogs, type TaskOutput } from '../../sandbox/sandbox-logs.ts';
import { NAME_FLAG, SandboxCommand } from '../../sandbox-command.ts';

const DEFAULT_LINES = 16;

export default class SandboxLogs extends SandboxCommand {
  static override summary = "show a sandbox's own log, or what tasks print";
  static override description =
    `The last ${DEFAULT_LINES} lines of the log of a sandbox in the background, or of the stdout and stderr of a task; of an application,
of each task that it has. What a task printed that has ended is there until the sandbox ends.

With --follow new lines are shown as they are written, until Ctrl-C; as JSON, one object per line.`;
  static override examples = [
    { command: '<%= config.bin %> sandbox logs --follow', description: 'what happens in the sandbox' },
    { command: '<%= config.bin %> sandbox logs /demo/web --stderr --lines 100', description: 'an application' },
  ];
  static override args = {
    what: Args.string({
      ignoreStdin: true,
      description: "an application's id, or a task's [default: the sandbox itself]",
    }),
  };
  static override flags = {
    name: NAME_FLAG,
    lines: Flags.integer({ char: 'n', min: 0, default: DEFAULT_LINES, description: 'how many lines from the end' }),
    follow: Flags.boolean({ char: 'f', description: 'go on with new lines as they are written' }),
    stdout: Flags.boolean({ description: 'only the stdout of tasks', exclusive: ['stderr'] }),
    stderr: Flags.boolean({ description: 'only the stderr of tasks' }),
    raw: RAW_FLAG,
  };

  async run(): Promise<SandboxLogsReport | undefined> {
    const { args, flags } = await this.parse(SandboxLogs);
    const { files, sandboxes, signal } = this.context;
    const outputs = wantedOutputs(flags);
    const read = (until: AbortSignal) =>
      sandboxLogs({
        ...{ sandboxes, files, signal: until, outputs, what: args.what },
        ...{ name: flags.name, lines: flags.lines, follow: flags.follow },
        onLines: (lines) => this.#showLines(lines, flags),
      });
    const report = await (flags.follow ? this.whileRead(read) : read(signal));
    return flags.follow ? undefined : report;
  }

  #showLines({ source, mark, lines }: SourceLines, { follow, raw }: Pick<LogsFlags, 'follow' | 'raw'>): void {
    for (const line of lines) {
      if (follow && this.jsonEnabled()) this.context.io.out.line(jsonText({ source, line }));
      else this.showForeign(line, { mark, raw });
    }
  }
}

interface LogsFlags {
  readonly follow: boolean;
  readonly raw: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
}

function wantedOutputs({ stdout, stderr }: Pick<LogsFlags, 'stdout' | 'stderr'>): TaskOutput[] {
  if (stdout === stderr) return ['stdout', 'stderr'];
  return stdout ? ['stdout'] : ['stderr'];
}
