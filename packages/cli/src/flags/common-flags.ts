import { Args, Flags } from '@oclif/core';

import { parseDuration } from './duration.ts';
import { OUTPUT_FORMATS } from './output.ts';
import { parseSeq } from './seqs.ts';

const NAMESPACE = {
  description: 'namespace of cluster names that are given without one',
  env: 'OCHOPOD_NAMESPACE',
  helpGroup: 'GLOBAL',
};
const OUTPUT = {
  options: OUTPUT_FORMATS,
  description: 'how to write the result [default: a table on a terminal, else tab-separated values]',
  helpGroup: 'GLOBAL',
};

/** What every command takes. */
export const GLOBAL_FLAGS = {
  zk: Flags.string({
    env: 'OCHOPOD_ZK',
    description: 'ZooKeeper: [zk://]host:port,host:port[/chroot]',
    helpGroup: 'GLOBAL',
  }),
  namespace: Flags.string({ ...NAMESPACE, char: 'n' }),
  output: Flags.option({ ...OUTPUT, char: 'o' })(),
  json: Flags.boolean({ char: 'j', description: 'the same as --output json', helpGroup: 'GLOBAL' }),
  debug: Flags.boolean({
    char: 'd',
    description: 'show traffic and stacks on stderr, without secrets',
    helpGroup: 'GLOBAL',
  }),
};

/** For commands that need the short forms for something else. */
export const LONG_NAMESPACE = Flags.string(NAMESPACE);
export const LONG_OUTPUT = Flags.option(OUTPUT)();

/** `--indices` is what the original calls it. */
const seq = Flags.custom<number>({
  char: 'i',
  aliases: ['indices'],
  parse: async (text) => parseSeq(text),
  helpValue: '<seq>',
});

export const SEQ_FLAG = seq({
  multiple: true,
  multipleNonGreedy: true,
  description: 'only these pods, by sequence number: -i 1 2 5',
});

const duration = Flags.custom<number>({
  char: 't',
  parse: async (text) => parseDuration(text),
  helpValue: '<duration>',
});

/** How long the whole command may take. */
export function timeoutFlag(defaultSeconds: number) {
  return duration({
    description: 'how long the command may take: seconds, or 90s, 5m',
    default: defaultSeconds * 1000,
    defaultHelp: async () => `${defaultSeconds}s`,
  });
}

export const DEFAULT_STABLE_MS = 5000;

/** For commands that wait for pods. */
export const STABLE_FLAG = Flags.custom<number>({
  parse: async (text) => parseDuration(text, 0),
  env: 'OCHOPOD_STABLE',
  helpValue: '<duration>',
  description: 'how long pods must have stayed up before they count: 0s for not at all',
  default: DEFAULT_STABLE_MS,
  defaultHelp: async () => `${DEFAULT_STABLE_MS / 1000}s`,
})();

/** For commands that show what pods and tasks print. */
export const RAW_FLAG = Flags.boolean({
  description: 'as it was printed; a terminal is passed colours and nothing else that it would obey',
});

export const SHOW_SECRETS = { description: 'show secrets instead of masking them' };
export const SHOW_SECRETS_FLAG = Flags.boolean(SHOW_SECRETS);

/** For commands that change something. */
export const CHANGE_FLAGS = {
  seq: SEQ_FLAG,
  force: Flags.boolean({
    description: 'allow it on every matching pod, when no -i chooses some; at a terminal you are asked otherwise',
  }),
  'allow-partial': Flags.boolean({ description: 'exit with 0 when at least one pod did it' }),
};

/** Input is never read for an argument that is missing: a command in a pipe must not swallow what is not meant for it. */
export const REQUIRED_CLUSTERS = Args.string({
  multiple: true,
  required: true,
  ignoreStdin: true,
  description: 'clusters: <namespace>.<cluster>, or a quoted glob pattern',
});

export const OPTIONAL_CLUSTERS = Args.string({
  multiple: true,
  ignoreStdin: true,
  description: 'clusters: <namespace>.<cluster>, or a quoted glob pattern [default: all]',
});
