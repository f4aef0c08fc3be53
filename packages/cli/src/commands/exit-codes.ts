import { EXIT_CODE_MEANINGS } from '../exit-codes.ts';
import { OchoCommand } from '../ocho-command.ts';
import { exitCodesText } from '../render/exit-codes.ts';

export default class ExitCodes extends OchoCommand {
  static override summary = 'explain what the exit codes mean';
  static override description = exitCodesText();
  static override examples = [{ command: '<%= config.bin %> help exit-codes', description: 'this text' }];

  async run(): Promise<Readonly<Record<number, string>>> {
    await this.parse(ExitCodes);
    this.showText(exitCodesText());
    return EXIT_CODE_MEANINGS;
  }
}
