import { Args } from '@oclif/core';
import { OchoError } from 'ochopod-core';
import { findPorts, type PortsReport } from 'ochopod-fleet/pods';

import { OPTIONAL_CLUSTERS, SEQ_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { portsTable } from '../render/tables.ts';

export default class Port extends OchoCommand {
  static override summary = 'show where a container port ended up';
  static override description =
    `For each pod: its IP, its public IP, and the host port that the container port is mapped to, as it registered them.

Pods that do not expose the port are left out, unless their cluster was named in full: then they are rows with an error.`;
  static override examples = [
    { command: '<%= config.bin %> port 6379 marathon.redis', description: 'where to reach redis' },
    { command: '<%= config.bin %> port 80 --output json', description: 'every pod with a port 80, for a program' },
  ];
  static override args = {
    port: Args.custom<number>({ parse: async (text) => parsePort(text) })({
      required: true,
      ignoreStdin: true,
      description: 'the port inside the container',
    }),
    clusters: OPTIONAL_CLUSTERS,
  };
  static override flags = { seq: SEQ_FLAG, timeout: timeoutFlag(15) };

  async run(): Promise<PortsReport> {
    const { args, flags } = await this.parse(Port);
    const { report, tally } = await findPorts(this.workplace(flags), {
      port: args.port,
      patterns: this.patterns(args.clusters, flags),
      seqs: flags.seq ?? [],
      timeoutMs: flags.timeout,
    });
    await this.showTable(portsTable(report));
    this.conclude(tally);
    return report;
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new OchoError(`"${text}" is no port`, { code: 'INVALID_INPUT', hint: 'Pass a number from 1 to 65535 first.' });
}
