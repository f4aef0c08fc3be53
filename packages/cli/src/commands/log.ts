import { Flags } from '@oclif/core';
import { jsonText } from 'ochopod-core';
import { followLogs, type LogsReport, readLogs } from 'ochopod-fleet/pods';

import { LONG_NAMESPACE, RAW_FLAG, REQUIRED_CLUSTERS, SEQ_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';

const DEFAULT_LINES = 16;

export default class Log extends OchoCommand {
  static override summary = 'show the logs of agents';
  static override description =
    `The last ${DEFAULT_LINES} lines of each pod's agent, as they come in; each with the name of its pod when there are several.

With --follow new lines are shown as they are written, until Ctrl-C or --timeout; as JSON, one object per line. Agents keep
a bounded number of lines. Here -n is the number of lines; the namespace has only its long form.`;
  static override examples = [
    { command: '<%= config.bin %> log marathon.web --seq 3', description: 'the end of one log' },
    { command: '<%= config.bin %> log marathon.web --lines 100 --follow', description: 'and what comes next' },
    { command: "<%= config.bin %> log 'marathon.*' --all > logs.txt", description: 'all that the agents kept' },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = {
    namespace: LONG_NAMESPACE,
    seq: SEQ_FLAG,
    all: Flags.boolean({ char: 'l', description: 'all lines that the agents kept', exclusive: ['lines'] }),
    lines: Flags.integer({ char: 'n', min: 0, description: `how many lines from the end [default: ${DEFAULT_LINES}]` }),
    follow: Flags.boolean({ char: 'f', description: 'go on with new lines as they are written' }),
    raw: RAW_FLAG,
    timeout: timeoutFlag(15),
  };

  async run(): Promise<LogsReport | undefined> {
    const { args, flags, metadata } = await this.parse(Log);
    const request = {
      patterns: this.patterns(args.clusters, flags),
      seqs: flags.seq ?? [],
      timeoutMs: flags.timeout,
      lines: flags.all ? undefined : (flags.lines ?? DEFAULT_LINES),
    };
    if (flags.follow) {
      const given = metadata.flags['timeout']?.setFromDefault !== true;
      await this.#follow(flags, { ...request, followMs: given ? flags.timeout : undefined });
      return undefined;
    }
    const { report, tally } = await readLogs(this.workplace(flags), {
      ...request,
      onLog: ({ pod, lines, alone }) => {
        for (const line of lines) this.showForeign(line, { mark: alone ? '' : pod, raw: flags.raw });
      },
    });
    this.conclude(tally);
    return report;
  }

  async #follow(flags: Parameters<Log['workplace']>[0] & { readonly raw: boolean }, request: Following): Promise<void> {
    const workplace = this.workplace(flags);
    const follow = (signal: AbortSignal) =>
      followLogs(
        { ...workplace, signal },
        {
          ...request,
          taken: (until) => this.context.io.out.taken(until),
          onLines: ({ pod, lines }) => {
            for (const line of lines) {
              if (this.jsonEnabled()) this.context.io.out.line(jsonText({ pod, line }));
              else this.showForeign(line, { mark: pod, raw: flags.raw });
            }
          },
        },
      );
    const tally = await this.whileRead(follow);
    if (tally !== undefined) this.conclude(tally);
  }
}

type Following = Omit<Parameters<typeof followLogs>[1], 'onLines' | 'taken'>;
