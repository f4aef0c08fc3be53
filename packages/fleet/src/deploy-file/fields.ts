import * as v from 'valibot';

import {
  about,
  amount,
  anything,
  command,
  flag,
  image,
  NO_MAP,
  names,
  port,
  says,
  seconds,
  share,
  text,
  whole,
  word,
} from './field-types.ts';

const LIST = says('must be a list', 'Begin each line with a dash and a blank.');

/** How many pods stay up while an application is replaced, under names. */
const STRATEGIES = {
  rolling: { minimumHealthy: 1, maximumOver: 0 },
  'all-at-once': { minimumHealthy: 0, maximumOver: 0 },
} as const;
const STRATEGY_NAMES = ['rolling', 'all-at-once'] as const satisfies (keyof typeof STRATEGIES)[];

const OPERATORS = ['UNIQUE', 'CLUSTER', 'GROUP_BY', 'LIKE', 'UNLIKE', 'MAX_PER', 'IS'] as const;

const resources = v.strictObject(
  {
    cpus: v.exactOptional(v.pipe(amount, about('Shares of a CPU. Without it the scheduler decides.', 0.5))),
    mem: v.exactOptional(v.pipe(amount, about('Memory in MiB. Without it the scheduler decides.', 512))),
    disk: v.exactOptional(v.pipe(amount, about('Disk in MiB. Without it the scheduler decides.', 1024))),
  },
  NO_MAP,
);

const health = v.strictObject(
  {
    path: v.optional(
      v.pipe(
        text,
        v.startsWith('/', 'must begin with /'),
        about('What is asked for with HTTP GET; 200 to 399 is well.', '/ping'),
      ),
      '/healthz',
    ),
    port: v.optional(
      v.pipe(
        whole(1),
        v.maxValue(65_535, 'must be a port, 1 to 65535'),
        about('The container port that is asked: one of `ports`, or the control port.', 80),
      ),
      8080,
    ),
    grace: v.exactOptional(v.pipe(seconds(0), about('How long failures do not count after a start.', '5m'))),
    interval: v.exactOptional(v.pipe(seconds(1), about('Time between two checks.', 30))),
    timeout: v.exactOptional(v.pipe(seconds(1), about('How long one answer may take.', 10))),
    failures: v.exactOptional(
      v.pipe(whole(0), about('Failures in a row after which a pod is replaced; 0: it never is.', 3)),
    ),
  },
  NO_MAP,
);

const upgradeShares = v.strictObject(
  {
    minimumHealthy: v.optional(v.pipe(share, about('Share of the pods that must be up meanwhile, 0 to 1.', 0.5)), 1),
    maximumOver: v.optional(
      v.pipe(share, about('Share of the pods that may run in excess meanwhile, 0 to 1.', 0.25)),
      1,
    ),
  },
  NO_MAP,
);

const upgrade = v.pipe(
  v.union([v.picklist(STRATEGY_NAMES), upgradeShares], `must be ${STRATEGY_NAMES.join(', ')}, or a map of shares`),
  about(
    `How the scheduler replaces the pods when the application is changed in place: \`rolling\` (one new pod before each old
one goes), \`all-at-once\` (all old pods go first, which clusters with fixed host ports need), or shares of your own.`,
    'rolling',
    { minimumHealthy: 0.5, maximumOver: 0 },
  ),
  v.transform((given) => (typeof given === 'string' ? STRATEGIES[given] : given)),
);

const CONSTRAINT = says('must be 2 or 3 words', 'Write [attribute, OPERATOR] or [attribute, OPERATOR, value].');
const constraint = v.pipe(
  v.array(word, CONSTRAINT),
  v.minLength(2, CONSTRAINT),
  v.maxLength(3, CONSTRAINT),
  v.check(
    ([, operator]) => operator === undefined || OPERATORS.some((known) => known === operator),
    says('has no such operator', `Use one of ${OPERATORS.join(', ')} as its second word.`),
  ),
);

const wait = v.strictObject(
  {
    strict: v.optional(
      v.pipe(flag, about('Whether only pods count that run, not those that merely are there.', true)),
      false,
    ),
    timeout: v.exactOptional(
      v.pipe(
        seconds(1),
        about('How long to wait; `--timeout` on the command line wins. Default: that of the command.', '5m'),
      ),
    ),
    stable: v.exactOptional(
      v.pipe(
        seconds(0),
        about('How long pods must have been up; `--stable` on the command line wins. Default: 5 seconds.', '5s'),
      ),
    ),
    oneShot: v.optional(
      v.pipe(
        flag,
        about('Whether pods that say that they ended with exit code 0 count as a success: jobs that run once.', true),
      ),
      false,
    ),
  },
  NO_MAP,
);

/** Every field of a deploy file: the one place that says what is allowed, and what it means. */
export const DeployFileSchema = v.strictObject(
  {
    cluster: v.pipe(
      text,
      v.regex(/^[\w-]+$/, says('must be letters, digits, - and _', 'The namespace is given with --namespace.')),
      about('The cluster that the pods belong to, without its namespace: letters, digits, `-` and `_`.', 'redis'),
    ),
    image: v.pipe(
      image,
      about('The image: `[registry[:port]/]name[:tag][@digest]`. `--release` replaces the tag.', 'acme/redis:3.2'),
    ),
    command: v.exactOptional(command),
    debug: v.optional(v.pipe(flag, about('Whether the agents log in detail (`ochopod_debug`).', true)), false),
    start: v.optional(
      v.pipe(
        flag,
        about(
          'Whether the process starts once it is configured (`ochopod_start`); if not, `ocho on` starts it.',
          false,
        ),
      ),
      true,
    ),
    ports: v.optional(
      v.pipe(
        v.array(port, LIST),
        about(
          `Container ports, one each: \`6379\` is mapped to any port of the host, \`9000 *\` to the same one, \`80 8000\` to that
one; \`tcp\` or \`udp\` may follow, default tcp. 8080, the control port of the agents, is always there, listed or not.`,
          [6379, '9000 *', '80 8000', '8125 * udp'],
        ),
      ),
      [],
    ),
    settings: v.optional(
      v.pipe(
        anything,
        about(
          `What the pod script gets as its settings: any JSON, passed in the variable \`pod\`. A null must be overridden: with it
left, nothing is deployed.`,
          { memory: 512, password: null },
        ),
      ),
      {},
    ),
    env: v.optional(
      v.pipe(
        v.record(names, word, NO_MAP),
        about('Environment variables, taken as they are written: `1.10` stays 1.10.', { TZ: 'UTC', WORKERS: 4 }),
      ),
      {},
    ),
    resources: v.optional(v.pipe(resources, about('What each pod gets.', { cpus: 0.5, mem: 512 })), {}),
    labels: v.optional(
      v.pipe(
        v.record(v.string(), word, NO_MAP),
        about('Labels of the application, taken as they are written.', { team: 'data' }),
      ),
      {},
    ),
    health: v.exactOptional(
      v.pipe(
        health,
        about(
          'How the scheduler itself checks each pod. Without it, it does not: the agents look after their process.',
          {
            path: '/ping',
            port: 80,
            grace: '2m',
          },
        ),
      ),
    ),
    upgrade: v.exactOptional(upgrade),
    constraints: v.optional(
      v.pipe(
        v.array(constraint, LIST),
        about('Where pods may run, as the scheduler writes it: `[attribute, OPERATOR, value]`.', [
          ['hostname', 'UNIQUE'],
        ]),
      ),
      [],
    ),
    wait: v.optional(v.pipe(wait, about('What `ocho deploy` waits for with this file.', { strict: true })), {}),
    verbatim: v.optional(
      v.pipe(
        anything,
        about('Fields of the application in the words of the scheduler. They replace what is made of all else.', {
          killSelection: 'OLDEST_FIRST',
        }),
      ),
      {},
    ),
  },
  NO_MAP,
);

export type DeployFields = v.InferOutput<typeof DeployFileSchema>;
