import { OchoError } from 'ochopod-core';
import { type Steering, type SteeringReport, steerPods } from 'ochopod-fleet/pods';

import { type GlobalFlags, OchoCommand } from './ocho-command.ts';
import { steeredTable } from './render/tables.ts';

/** What a steering command was told. */
export interface SteerFlags extends GlobalFlags {
  readonly seq?: readonly number[] | undefined;
  readonly force: boolean;
  readonly 'allow-partial': boolean;
  readonly timeout: number;
}

/** What the commands that tell pods what to do share: they differ in their steps and their words. */
export abstract class SteerCommand extends OchoCommand {
  /** @param done how a pod that did it is described: `stopped` */
  protected async steer(
    clusters: readonly string[],
    flags: SteerFlags,
    { done, ...steering }: Steering & { readonly done: string },
  ): Promise<SteeringReport> {
    refuseUnlessChosen(flags);
    const { report, tally, targets } = await steerPods(this.workplace(flags), {
      steering,
      patterns: this.patterns(clusters, flags),
      seqs: flags.seq ?? [],
      timeoutMs: flags.timeout,
    });
    await this.showTable(steeredTable(targets, done));
    this.conclude(tally, { allowPartial: flags['allow-partial'] });
    return report;
  }
}

/** @throws {OchoError} `INVALID_INPUT`: nobody changes every pod by forgetting a flag */
export function refuseUnlessChosen({ seq = [], force }: Pick<SteerFlags, 'seq' | 'force'>): void {
  if (seq.length > 0 || force) return;
  throw new OchoError('no pod chosen', {
    code: 'INVALID_INPUT',
    hint: 'Pass -i with the sequence numbers, or --force for every matching pod.',
  });
}
