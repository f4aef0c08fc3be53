import { OchoError, type Pod } from 'ochopod-core';
import type { Consent } from 'ochopod-fleet';
import { type Steering, type SteeringReport, steerPods } from 'ochopod-fleet/pods';

import { type GlobalFlags, OchoCommand } from './ocho-command.ts';
import { podsQuestion } from './render/questions.ts';
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
  /**
   * @param done how a pod that did it is described: `stopped`
   * @param ask before every matching pod is told, for `3 pods of marathon.web`
   */
  protected async steer(
    clusters: readonly string[],
    flags: SteerFlags,
    { done, ask, ...steering }: Steering & { readonly done: string; readonly ask: (whom: string) => string },
  ): Promise<SteeringReport> {
    const consent = consentUnlessChosen(flags, () =>
      this.consent<readonly Pod[]>({ timeoutMs: flags.timeout, questionOf: (pods) => podsQuestion(pods, ask) }),
    );
    const { report, tally, targets } = await steerPods(this.workplace(flags), {
      ...{ steering, consent },
      patterns: this.patterns(clusters, flags),
      seqs: flags.seq ?? [],
      timeoutMs: flags.timeout,
    });
    await this.showTable(steeredTable(targets, done));
    this.conclude(tally, { allowPartial: flags['allow-partial'] });
    return report;
  }
}

/**
 * Nobody changes every pod by forgetting a flag.
 *
 * @throws {OchoError} `INVALID_INPUT` where nobody can be asked either
 */
export function consentUnlessChosen<Prospect>(
  { seq = [], force }: Pick<SteerFlags, 'seq' | 'force'>,
  consent: () => Consent<Prospect> | undefined,
): Consent<Prospect> | undefined {
  if (seq.length > 0 || force) return undefined;
  const asked = consent();
  if (asked !== undefined) return asked;
  throw new OchoError('no pod chosen', {
    code: 'INVALID_INPUT',
    hint: 'Pass -i with the sequence numbers, or --force for every matching pod.',
  });
}
