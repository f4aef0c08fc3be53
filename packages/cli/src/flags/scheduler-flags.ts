import { Flags } from '@oclif/core';

const GROUP = { helpGroup: 'SCHEDULER' };

/** For commands that look at what the scheduler has. Credentials: MARATHON_USER and MARATHON_PASSWORD, or MARATHON_TOKEN. */
export const SCHEDULER_TARGET_FLAGS = {
  marathon: Flags.string({
    env: 'MARATHON_MASTER',
    description: 'Marathon: host:port,host:port, or http(s)://host:port/path',
    ...GROUP,
  }),
  'marathon-ca': Flags.string({
    env: 'MARATHON_CA',
    description: 'PEM file with the authority that signed its certificate',
    helpValue: '<file>',
    ...GROUP,
  }),
  'marathon-token-file': Flags.string({
    env: 'MARATHON_TOKEN_FILE',
    description: 'file with the token to send',
    helpValue: '<file>',
    ...GROUP,
  }),
};

/** For commands that change it. */
export const SCHEDULER_FLAGS = {
  ...SCHEDULER_TARGET_FLAGS,
  'force-deployment': Flags.boolean({
    description: 'take over from a deployment that has locked the application, instead of waiting for it',
    ...GROUP,
  }),
};

/** What those flags came to. */
export interface SchedulerFlags {
  readonly marathon?: string | undefined;
  readonly 'marathon-ca'?: string | undefined;
  readonly 'marathon-token-file'?: string | undefined;
  readonly 'force-deployment': boolean;
}
