import { Flags } from '@oclif/core';
import type { SteeringReport } from 'ochopod-fleet/pods';

import { CHANGE_FLAGS, REQUIRED_CLUSTERS, timeoutFlag } from '../flags/common-flags.ts';
import { parseJsonPayload } from '../flags/payload.ts';
import { SteerCommand } from '../steer-command.ts';

export default class Signal extends SteerCommand {
  static override summary = "send pods a message for their script's signaled callback";
  static override description =
    `Calls the signaled callback of each pod with the payload, which may be any JSON, and shows what it returned.`;
  static override examples = [
    { command: '<%= config.bin %> signal marathon.web --seq 3', description: 'without a payload' },
    {
      command: `<%= config.bin %> signal marathon.web --force --payload '{"reload": true}'`,
      description: 'every pod, with one',
    },
  ];
  static override args = { clusters: REQUIRED_CLUSTERS };
  static override flags = {
    ...CHANGE_FLAGS,
    payload: Flags.custom<{ readonly json: unknown }>({ parse: async (text) => ({ json: parseJsonPayload(text) }) })({
      description: 'what to send, as JSON',
      helpValue: '<json>',
    }),
    timeout: timeoutFlag(60),
  };

  async run(): Promise<SteeringReport> {
    const { args, flags } = await this.parse(Signal);
    const { json: payload } = flags.payload ?? { json: undefined };
    return this.steer(args.clusters, flags, {
      verb: 'signal',
      done: 'signaled',
      ask: (whom) => `Send a message to ${whom}?`,
      steps: [{ kind: 'control', task: 'signal', payload }],
    });
  }
}
