import { Args, Command, loadHelpClass } from '@oclif/core';

export default class Help extends Command {
  static override summary = 'explain a command';
  static override description = 'Shows what a command does, its flags and examples; without a name, all commands.';
  static override examples = [
    { command: '<%= config.bin %> help on', description: 'one command' },
    { command: '<%= config.bin %> help exit-codes', description: 'what the exit codes mean' },
  ];
  static override args = {
    command: Args.string({ multiple: true, ignoreStdin: true, description: 'which command' }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Help);
    const Shown = await loadHelpClass(this.config);
    await new Shown(this.config, this.config.pjson.oclif.helpOptions).showHelp(args.command ?? []);
  }
}
