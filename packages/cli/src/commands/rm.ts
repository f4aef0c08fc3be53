import { Args, Flags } from '@oclif/core';
import { OchoError } from 'ochopod-core';
import type { Consent } from 'ochopod-fleet';
import { type RemoveProspect, type RemoveReport, removeApplications } from 'ochopod-fleet/remove';

import { timeoutFlag } from '../flags/common-flags.ts';
import { SCHEDULER_TARGET_FLAGS } from '../flags/scheduler-flags.ts';
import { OchoCommand } from '../ocho-command.ts';
import { prose } from '../render/prose.ts';
import { removeQuestion } from '../render/questions.ts';
import { removedTable } from '../render/removed.ts';

export default class Rm extends OchoCommand {
  static override summary = 'remove applications as a whole, whatever state they are in';
  static override description =
    prose(`Shuts the pods of an application down, waits until each says that it is, and deletes
the application. Whoever does not shut down in most of the time, or cannot be reached, goes all the same; what the
scheduler is about to do with the application is called off. When this ends with 0 the application is gone.

\`ocho kill\` is for single pods, and leaves alone what cannot be reached.`);
  static override examples = [
    {
      command: '<%= config.bin %> rm ochopod.marathon.web-2026-01-31-23-59-59',
      description: 'one application, by its id as `ocho apps` shows it',
    },
    { command: '<%= config.bin %> rm marathon.web --force', description: 'all applications that make up a cluster' },
  ];
  static override args = {
    applications: Args.string({
      multiple: true,
      required: true,
      ignoreStdin: true,
      description: 'ids of applications; with --force also clusters, or quoted glob patterns of clusters',
    }),
  };
  static override flags = {
    force: Flags.boolean({
      description: 'allow clusters: all applications that make them up; at a terminal you are asked otherwise',
    }),
    timeout: timeoutFlag(120),
    ...SCHEDULER_TARGET_FLAGS,
  };

  async run(): Promise<RemoveReport> {
    const { args, flags } = await this.parse(Rm);
    const { timeout: timeoutMs } = flags;
    const consent = flags.force ? undefined : this.#consentToClusters(args.applications, timeoutMs);
    const workplace = { ...this.workplace(flags), scheduler: this.scheduler(flags) };
    const wanted = this.patterns(args.applications, flags);
    const { report, tally } = await removeApplications(workplace, { wanted, timeoutMs, consent });
    await this.showTable(removedTable(report));
    this.conclude(tally);
    return report;
  }

  /** Nobody removes a cluster by forgetting that it is one. */
  #consentToClusters(given: readonly string[], timeoutMs: number): Consent<readonly RemoveProspect[]> | undefined {
    const clusters = given.filter((each) => !ID.test(each));
    if (clusters.length === 0) return undefined;
    const asked = this.consent({ timeoutMs, questionOf: removeQuestion });
    if (asked !== undefined) return asked;
    throw new OchoError(`${clusters.join(', ')} may mean more than one application`, {
      code: 'INVALID_INPUT',
      hint: 'Pass the ids that `ocho apps` shows, or --force if you mean all that matches.',
    });
  }
}

/** An id as `ocho deploy` makes them ends with a time. */
const ID = /-\d{4}(?:-\d\d){5}$/;
