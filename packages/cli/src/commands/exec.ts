import { Args, Flags } from '@oclif/core';
import type { Pod } from 'ochopod-core';
import { type ArrivedResult, runTool, type ToolReport, type ToolRun, toolCall } from 'ochopod-fleet/pods';

import { CHANGE_FLAGS, LONG_NAMESPACE, LONG_OUTPUT, RAW_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { prose } from '../render/prose.ts';
import { podsQuestion } from '../render/questions.ts';
import { consentUnlessChosen } from '../steer-command.ts';

export default class Exec extends OchoCommand {
  static override summary = 'run a tool on pods';
  static override description =
    prose(`Runs one of the tools that the pods offer, and shows its output as each pod is done.

The shipped tool shell reads a line as a shell does: quote the whole of it, or its pipes and variables are those of your
own shell. Several words are joined by blanks, as ssh joins them. A line ends when its shell does: what it leaves in the
background goes on, and should send its output elsewhere.

Write -- before the tool: everything after it belongs to the tool, as it is. Without -- the flags below are taken from
anywhere on the line, and a flag that is not among them is refused rather than guessed at.

An argument @path uploads that local file, and the tool is passed its base name, which is where it finds it. --file path
uploads one more that no argument names. @@text passes @text. Nothing else is ever uploaded, also when an argument happens
to be the name of a local file.

A tool that is not done in time is ended, and what it printed until then is shown. When every pod answered, the exit code is the highest of the tool's own; when some did not, see \`<%= config.bin %> help
exit-codes\`. With one pod its output is shown as it is, with several each has a heading.`);
  static override examples = [
    { command: '<%= config.bin %> exec marathon.web --seq 3 -- shell df -h', description: 'on one pod' },
    { command: "<%= config.bin %> exec 'marathon.*' --force -- shell uptime", description: 'on all of them' },
    {
      command: "<%= config.bin %> exec marathon.web -i 3 -- shell 'ps aux | wc -l'",
      description: 'a line for the shell of the pod',
    },
    { command: '<%= config.bin %> exec marathon.db --seq 0 -- restore @dump.sql', description: 'with a local file' },
  ];
  static override args = {
    cluster: Args.string({ required: true, ignoreStdin: true, description: 'cluster, or a quoted glob pattern' }),
    tool: Args.string({
      required: true,
      multiple: true,
      ignoreStdin: true,
      description: 'the tool and its arguments',
    }),
  };
  static override flags = {
    ...CHANGE_FLAGS,
    namespace: LONG_NAMESPACE,
    output: LONG_OUTPUT,
    file: Flags.string({
      multiple: true,
      multipleNonGreedy: true,
      description: 'upload this file as well',
    }),
    raw: RAW_FLAG,
    timeout: timeoutFlag(60),
  };

  async run(): Promise<ToolReport> {
    const { args, flags } = await this.parse(Exec);
    const { timeout: timeoutMs } = flags;
    const consent = consentUnlessChosen(flags, () =>
      this.consent<readonly Pod[]>({
        timeoutMs,
        questionOf: (pods) => podsQuestion(pods, (whom) => `Run ${args.tool.join(' ')} on ${whom}?`),
      }),
    );
    const workplace = this.workplace(flags);
    const run = await runTool(workplace, {
      call: await toolCall(workplace, { words: args.tool, files: flags.file ?? [] }),
      patterns: this.patterns([args.cluster], flags),
      seqs: flags.seq ?? [],
      ...{ timeoutMs, consent },
      onResult: (result) => this.#showResult(result, flags.raw),
    });
    this.#concludeRun(run, flags['allow-partial']);
    return run.report;
  }

  #showResult({ pod, code, stdout, alone }: ArrivedResult, raw: boolean): void {
    if (!alone) this.show(code === null ? `${pod} was not done, and said until then` : `${pod} exited with ${code}`);
    for (const line of stdout) this.showForeign(line, { raw });
  }

  #concludeRun({ tally, worstCode }: ToolRun, allowPartial: boolean): void {
    this.conclude(tally, { allowPartial });
    const answered = tally.expected - tally.failed.length;
    if (tally.failed.length === 0 || (allowPartial && answered > 0)) this.endWith(worstCode);
  }
}
