import { Args, Flags } from '@oclif/core';
import type { FaultKind, FaultReport } from 'ochopod-sandbox';

import { prose } from '../../render/prose.ts';
import { runningSandbox } from '../../sandbox/find-sandbox.ts';
import { NAME_FLAG, SandboxCommand } from '../../sandbox-command.ts';

/** The buttons that a sandbox has, and what each does. */
const FAULTS: Readonly<Record<FaultKind, string>> = {
  expire: 'end a session now: its ephemeral nodes go (--session)',
  drop: 'cut connections; their sessions go on (--session, or all)',
  hold: 'answer nothing on open connections, not even pings (--session, or all)',
  release: 'answer on them again',
  refuse: 'close new connections at once',
  accept: 'take new connections again',
  delay: 'answer later (--ms; 0 ends it)',
  pause: 'stop the whole server',
  resume: 'let it go on',
  clear: 'mend everything',
};

export default class SandboxFault extends SandboxCommand {
  static override summary = "break a sandbox's ZooKeeper on purpose, or mend it";
  static override description =
    `${prose(`Presses one of these buttons, to see what clients make of it. \`<%= config.bin %> sandbox status\` lists sessions, and
what is in force.`)}

${Object.entries(FAULTS)
  .map(([fault, meaning]) => `  ${fault.padEnd(7)}  ${meaning}`)
  .join('\n')}`;
  static override examples = [
    { command: '<%= config.bin %> sandbox fault drop', description: 'every connection' },
    { command: '<%= config.bin %> sandbox fault delay --ms 500', description: 'a slow server' },
    { command: '<%= config.bin %> sandbox fault clear', description: 'and a good one again' },
  ];
  static override args = {
    fault: Args.string({
      required: true,
      ignoreStdin: true,
      options: Object.keys(FAULTS),
      description: 'which button',
    }),
  };
  static override flags = {
    name: NAME_FLAG,
    session: Flags.string({ description: 'only this session', helpValue: '0x<id>' }),
    ms: Flags.integer({ description: 'milliseconds of a delay', min: 0 }),
  };

  async run(): Promise<FaultReport> {
    const { args, flags } = await this.parse(SandboxFault);
    const { sandboxes, signal } = this.context;
    const sandbox = await runningSandbox(sandboxes, flags.name);
    const order = { fault: args.fault as FaultKind, session: flags.session, ms: flags.ms };
    const report = await sandboxes.fault(sandbox, order, signal);
    this.show(report.done);
    for (const fault of report.inForce) this.show(`in force: ${fault}`);
    return report;
  }
}
