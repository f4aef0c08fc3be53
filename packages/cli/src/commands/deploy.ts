import { Args, Flags } from '@oclif/core';
import { DEFAULT_NAMESPACE, jsonText } from 'ochopod-core';
import {
  type DeployReport,
  type DeployRequest,
  deployFiles,
  type PreviewReport,
  previewFiles,
} from 'ochopod-fleet/deploy';

import { DEFAULT_STABLE_MS, LONG_OUTPUT, SHOW_SECRETS, STABLE_FLAG, timeoutFlag } from '../flags/common-flags.ts';
import { SCHEDULER_FLAGS, type SchedulerFlags } from '../flags/scheduler-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { deployedTable, troubleLines } from '../render/deployed.ts';

const DEFAULT_SECONDS = 300;

export default class Deploy extends OchoCommand {
  static override summary = 'deploy applications from files, and wait for their pods';
  static override description =
    `Makes one new application of each file, and comes back when its pods are there; \`ocho explain\` documents the fields.

All files are checked before anything is sent, and then deployed at once. With --ordered the order of the files is that of
their dependencies: each waits until the pods of the one before are up, and nothing is begun after one that failed.

A pod is up when it has registered, with --strict only when its process runs; where the scheduler has health checks, they
must pass as well. All must stay so for the time of --stable, and the deployment must be over. What waiting does not mend
ends it at once: a crash loop, tasks that end again and again, a pod that died (unless the file says wait.oneShot and its
process ended with 0), or that somebody turned off. Whatever fails, nothing is removed unless --rollback-on-failure asks for it:
then the version before runs again, or the new application is gone, which may take as long again.

Without --timeout each file has the time that its wait.timeout says, or 5 minutes.`;
  static override examples = [
    { command: '<%= config.bin %> deploy redis.yml --pods 3 --strict', description: 'three pods, all of them running' },
    {
      command: '<%= config.bin %> deploy db.yml web.yml --ordered --overrides staging.yml --namespace staging',
      description: 'the database first, with what differs in staging',
    },
    {
      command: '<%= config.bin %> deploy web.yml --update --release 2.1 --rollback-on-failure',
      description: 'another version of what runs',
    },
    { command: '<%= config.bin %> deploy web.yml --dry-run', description: 'what would be sent' },
  ];
  static override args = {
    files: Args.string({ multiple: true, required: true, ignoreStdin: true, description: 'deploy files' }),
  };
  static override flags = {
    ...SCHEDULER_FLAGS,
    output: LONG_OUTPUT,
    overrides: Flags.string({
      char: 'o',
      multiple: true,
      default: [],
      description: 'overrides files, merged in this order; write them after the deploy files',
    }),
    pods: Flags.integer({
      char: 'p',
      min: 1,
      description: 'how many pods each file gets [default: 1; with --update as many as there are]',
    }),
    release: Flags.string({ char: 'r', description: 'another tag for the images', helpValue: '<tag>' }),
    suffix: Flags.string({ char: 's', description: 'deploy as <cluster>-<suffix>' }),
    stable: STABLE_FLAG,
    timeout: timeoutFlag(DEFAULT_SECONDS),
    strict: Flags.boolean({ description: 'wait until the processes of the pods run' }),
    ordered: Flags.boolean({ description: 'one file after the other, each when the one before is up' }),
    update: Flags.boolean({
      description: 'replace the newest application of each cluster in place; create it when there is none',
    }),
    'rollback-on-failure': Flags.boolean({ description: 'have what was there before when pods do not come up' }),
    'dry-run': Flags.boolean({
      description: 'print the applications as they would be sent, without secrets, and change nothing',
    }),
    'show-secrets': Flags.boolean({ ...SHOW_SECRETS, dependsOn: ['dry-run'] }),
  };

  async run(): Promise<DeployReport | PreviewReport> {
    const { flags, args, metadata } = await this.parse(Deploy);
    const { io, wallTime } = this.context;
    const { pods, release, suffix, strict, ordered, update, overrides } = flags;
    const isGiven = (name: string) => metadata.flags[name]?.setFromDefault !== true;
    const request: DeployRequest = {
      ...{ paths: args.files, overrides, pods, release, suffix, strict, ordered, update },
      namespace: flags.namespace || DEFAULT_NAMESPACE,
      timeoutMs: isGiven('timeout') ? flags.timeout : undefined,
      stableMs: isGiven('stable') ? flags.stable : undefined,
      defaultStableMs: DEFAULT_STABLE_MS,
      defaultTimeoutMs: DEFAULT_SECONDS * 1000,
      rollbackOnFailure: flags['rollback-on-failure'],
      force: flags['force-deployment'],
      now: wallTime(),
      onEvent: (path, text) => io.err.line(`${path}: ${text}`),
    };
    if (flags['dry-run']) return this.#preview(flags, request);
    const workplace = { ...this.workplace(flags), scheduler: this.scheduler(flags) };
    const { report, tally } = await deployFiles(workplace, request);
    await this.showTable(deployedTable(report));
    this.conclude(tally);
    if (!this.jsonEnabled()) for (const line of troubleLines(report)) io.err.line(line);
    return report;
  }

  async #preview(flags: PreviewFlags, request: DeployRequest): Promise<PreviewReport> {
    const { clock, files, signal, io } = this.context;
    const warn = (text: string) => io.err.line(`warning: ${text}`);
    const scheduler = (flags.marathon ?? '').trim() === '' ? undefined : this.scheduler(flags);
    const report = await previewFiles(
      { files, clock, signal, scheduler, warn },
      { ...request, showSecrets: flags['show-secrets'] },
    );
    for (const { definition } of Object.values(report)) this.showText(jsonText(definition, 2));
    return report;
  }
}

interface PreviewFlags extends SchedulerFlags {
  readonly 'show-secrets': boolean;
}
