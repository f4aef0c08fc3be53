import { type Command, Help } from '@oclif/core';

import { refuseUnknown } from './refuse.ts';
import { prose } from './render/prose.ts';

/** Help whose paragraphs are wrapped once, and which says of a command that is none what was meant. */
export class OchoHelp extends Help {
  override async showHelp(argv: string[]): Promise<void> {
    const words = argv.filter((word) => !word.startsWith('-') && word !== 'help').flatMap((word) => word.split(':'));
    if (words.length > 0 && !this.#isKnown(words)) return refuseUnknown(words, { config: this.config, argv });
    await super.showHelp(argv);
  }

  protected override formatCommand(command: Command.Loadable): string {
    const { description } = command;
    return super.formatCommand(description === undefined ? command : { ...command, description: prose(description) });
  }

  /** By its first words: what follows a command are its arguments. */
  #isKnown(words: readonly string[]): boolean {
    const [first = ''] = words;
    const isAlone = words.length === 1 && this.config.findTopic(first) !== undefined;
    return isAlone || words.some((_, at) => this.config.findCommand(words.slice(0, at + 1).join(':')) !== undefined);
  }
}
