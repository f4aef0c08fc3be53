import { loadHelpClass } from '@oclif/core';

import type { CliContext } from '../context.ts';
import { timeoutFlag } from '../flags/common-flags.ts';
import { createClusterNames } from '../interactive/cluster-names.ts';
import type { CommandWords } from '../interactive/complete-line.ts';
import { runSession } from '../interactive/session.ts';
import { withDefaults } from '../interactive/with-defaults.ts';
import { OchoCommand } from '../ocho-command.ts';

/** Not of use inside a session. */
const LEFT_OUT = new Set(['cli', 'help']);

export default class Cli extends OchoCommand {
  static override summary = 'type commands in an interactive session';
  static override description =
    `Runs the same commands over one connection to ZooKeeper; --zk and --namespace are those of the session unless a line says
otherwise. Tab completes commands, flags and clusters, the arrows go through the history, Ctrl-C stops what runs and Ctrl-D
ends the session. Words are split as a shell splits them; patterns need no quotes.

When standard input is no terminal its lines are run one after the other, up to the first that fails, and nothing is asked.`;
  static override examples = [
    { command: '<%= config.bin %> cli', description: 'a session' },
    { command: '<%= config.bin %> cli < commands.txt', description: 'a script' },
  ];
  static override flags = { timeout: timeoutFlag(15) };

  async run(): Promise<undefined> {
    const { flags } = await this.parse(Cli);
    const { registry, clock, signal } = this.workplace(flags);
    const commands = this.#commands();
    const code = await runSession({
      context: this.context,
      vocabulary: { commands, clusters: createClusterNames({ registry, clock, signal }) },
      run: (id, argv, context) => this.#runCommand(id, { argv: withDefaults(argv, { id, flags }), context }),
      help: async (words) => {
        const Help = await loadHelpClass(this.config);
        await new Help(this.config, this.config.pjson.oclif.helpOptions).showHelp([...words]);
      },
    });
    this.endWith(code);
  }

  #commands(): CommandWords[] {
    const shown = this.config.commands.filter(({ id, hidden }) => !hidden && !LEFT_OUT.has(id));
    return shown.map(({ id, summary, flags, args }) => ({
      id: id.replaceAll(':', ' '),
      summary: summary ?? '',
      flags: Object.keys(flags),
      takesClusters: 'clusters' in args || 'cluster' in args,
    }));
  }

  async #runCommand(id: string, { argv, context }: { readonly argv: readonly string[]; readonly context: CliContext }) {
    const loaded = await this.config.findCommand(id.replaceAll(' ', ':'), { must: true }).load();
    const command = loaded as unknown as Parameters<typeof OchoCommand.runIn>[0] & typeof OchoCommand;
    return command.runIn.call(command as never, { argv, config: this.config, context });
  }
}
