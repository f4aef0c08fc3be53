import { isOchoError, OchoError, type Pod } from 'ochopod-core';
import { advised } from '../advice.ts';
import { awaitPods, type MissingPod, type UpOrNot } from '../applications/await-pods.ts';
import { changing } from '../applications/begin-change.ts';
import { carryOutChange } from '../applications/carry-out-change.ts';
import type { FleetApplication, FleetWorkplace } from '../applications/fleet.ts';
import { bumpLabels } from '../applications/generations.ts';
import { keptVersions, knownVersions } from '../applications/past-versions.ts';
import { removeDead } from '../applications/remove-dead.ts';
import { removeMembers } from '../applications/remove-members.ts';
import { upNow } from '../applications/standing.ts';
import { notUp } from '../applications/troubles.ts';
import { before } from '../before.ts';
import { type FailedTarget, failureReport } from '../tally.ts';
import { type Batch, batchOf } from '../words/batch.ts';
import { type Both, type Bumping, type BumpLimits, lookAtBoth, strictFor } from './look.ts';
import { leaving, nextStep, type RollOutStep, staying } from './steps.ts';

export interface Rolling {
  readonly batch: Batch;
  /** Between two batches. */
  readonly pauseMs: number;
  readonly canary?: number | undefined;
}

/** How far a roll-out came. */
export interface RolledOut {
  /** `not attempted`: nothing was changed. */
  readonly done: 'replaced' | 'canary' | 'stopped' | 'not attempted';
  /** New pods that are up. */
  readonly up: readonly Pod[];
  readonly late: readonly MissingPod[];
  readonly failed: readonly FailedTarget[];
}

/**
 * Replace an application by another one with the new image, batch by batch: new pods first, and when they are up as many
 * old ones go. Goes on from wherever it is; what it cannot go on with it leaves as it is.
 *
 * @throws {OchoError} `INTERRUPTED`
 */
export async function rollOut(
  workplace: FleetWorkplace,
  bumping: Bumping,
  rolling: Rolling & BumpLimits,
): Promise<RolledOut> {
  const run = new RollOut(workplace, bumping, rolling);
  try {
    for (;;) {
      const end = await run.round();
      if (end !== undefined) return end;
    }
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return run.failed(error);
  }
}

class RollOut {
  readonly #workplace: FleetWorkplace;
  readonly #bumping: Bumping;
  readonly #rolling: Rolling & BumpLimits;
  #seen: Both = { former: undefined, next: undefined };
  /** The versions of the former generation that are of our own doing: a removal of what is gone already makes none. */
  readonly #formerVersions: Set<string>;
  /** How many run at least, at every moment: as many as did when it began, if those were not too many. */
  #promised: number | undefined;
  #isRested = false;
  #isUnderWay = false;
  /** Whether the new pods that there are have stayed up for long enough already. */
  #isSteady = false;

  constructor(workplace: FleetWorkplace, bumping: Bumping, rolling: Rolling & BumpLimits) {
    this.#workplace = workplace;
    this.#bumping = bumping;
    this.#rolling = rolling;
    this.#formerVersions = new Set([bumping.formerVersion]);
  }

  /** Look, make sure that what there is of the next generation is up, and take one step. @returns the end, when it is that */
  async round(): Promise<RolledOut | undefined> {
    this.#seen = await lookAtBoth(this.#workplace, this.#bumping, this.#rolling.until);
    const { former, next } = this.#seen;
    const isFirst = !this.#isUnderWay;
    this.#isUnderWay = true;
    if (isFirst && next !== undefined) return this.#clear(next);
    this.#refuseIfOvertaken();
    const gate = await this.#untilUp(next, next?.application.instances ?? 0);
    if (gate.outcome !== 'up') return this.#stopped(gate, gate);
    this.#isSteady = true;
    const old = await this.#untilUp(former, 0);
    this.#promised ??= Math.min(this.#bumping.size, old.up.length + gate.up.length);
    const { size } = this.#bumping;
    const { batch, canary } = this.#rolling;
    const step = nextStep({
      ...{ size, canary, former: former?.application.instances ?? 0, next: next?.application.instances },
      batch: batchOf(batch, size),
    });
    return this.#take(step, { new: gate, old });
  }

  failed(error: OchoError): RolledOut {
    // Whoever gave no answer may have begun all the same.
    const isBegun = this.#seen.next !== undefined || ['UNREACHABLE', 'TIMEOUT'].includes(error.code);
    const failed = [{ target: this.#bumping.cluster, error: failureReport(error) }];
    return { done: isBegun ? 'stopped' : 'not attempted', up: [], late: [], failed };
  }

  /**
   * Whoever went back and did not come to the end of it has left new pods dead: others are started for them. One that dies
   * from now on stops it, since those after it most likely do so, too.
   */
  async #clear(next: FleetApplication): Promise<RolledOut | undefined> {
    const { failed } = await removeDead(this.#workplace, next, this.#rolling);
    return failed.length === 0 ? undefined : { done: 'stopped', up: [], late: [], failed };
  }

  async #take(
    step: RollOutStep,
    pods: { readonly new: UpOrNot; readonly old: UpOrNot },
  ): Promise<RolledOut | undefined> {
    const { up } = pods.new;
    switch (step.kind) {
      case 'stay':
        return { done: 'canary', up, late: [], failed: [] };
      case 'begin':
        return this.#begin(step.instances);
      case 'grow':
        return this.#grow(step.instances);
      case 'shrink':
        return this.#shrink(step.count, pods);
      case 'finish':
        await this.#finish();
        return { done: 'replaced', up, late: [], failed: [] };
    }
  }

  async #begin(instances: number): Promise<undefined> {
    const { formerId, nextId: id, image, size } = this.#bumping;
    const { scheduler } = this.#workplace;
    this.#isSteady = false;
    const labels = { ...bumpLabels({ id: formerId }, size), ...(await this.#past()) };
    const copy = { id, image, instances, labels };
    await changing(
      this.#workplace,
      { ...this.#rolling, application: formerId, ifVersion: this.#seen.former?.application.version },
      (options) => scheduler.copy(formerId, copy, options),
    );
    this.#tell(`${instances} of ${size} pods of ${image} are started, as ${id}`);
  }

  /** With the former generation its versions go, which somebody may want to go back to. */
  async #past(): Promise<Readonly<Record<string, string>>> {
    const { former } = this.#seen;
    if (former === undefined) return {};
    const { application } = former;
    const { scheduler } = this.#workplace;
    const reading = { until: this.#rolling.until, what: `reading the versions of ${application.id}` };
    const versions = await before(this.#workplace, reading, (signal) => knownVersions(scheduler, application, signal));
    return keptVersions(versions, application.version);
  }

  /** Not before the pause is over; and then the pods must still be up. */
  async #grow(instances: number): Promise<undefined> {
    const { nextId: application, size, image } = this.#bumping;
    const ifVersion = this.#seen.next?.application.version;
    const { pauseMs, until } = this.#rolling;
    const { clock, scheduler, signal } = this.#workplace;
    if (pauseMs > 0 && !this.#isRested) {
      await clock.sleep(Math.min(pauseMs, Math.max(0, until - clock.now())), signal);
      this.#isRested = true;
      return;
    }
    this.#isRested = false;
    this.#isSteady = false;
    await changing(this.#workplace, { ...this.#rolling, application, ifVersion }, (options) =>
      scheduler.scale(application, instances, options),
    );
    this.#tell(`${instances} of ${size} pods of ${image} are started`);
  }

  async #shrink(count: number, pods: { readonly new: UpOrNot; readonly old: UpOrNot }): Promise<RolledOut | undefined> {
    const { former } = this.#seen;
    if (former === undefined) return undefined;
    const promised = (this.#promised ?? 0) - pods.new.up.length;
    const isEnough = staying(former.application, pods.old.up, count) >= promised;
    const old = isEnough ? pods.old : await this.#untilUp(former, promised + count);
    if (old.outcome !== 'up') return this.#stopped(pods.new, old);
    const members = leaving(former.members, old.up, count);
    const removal = { from: former, members, unlaunched: count - members.length };
    const limits = { ...this.#rolling, ifVersion: former.application.version };
    const { failed, version } = await removeMembers(this.#workplace, removal, limits);
    if (version !== undefined) this.#formerVersions.add(version);
    const { image, size } = this.#bumping;
    if (failed.length > 0) return { done: 'stopped', up: pods.new.up, late: [], failed };
    this.#tell(
      `${pods.new.up.length} of ${size} pods of ${image} are up, ${former.application.instances - count} are left to replace`,
    );
    return undefined;
  }

  async #finish(): Promise<void> {
    const { formerId: application } = this.#bumping;
    if (this.#seen.former === undefined) return;
    const ifVersion = this.#seen.former.application.version;
    const wanted = { ...this.#rolling, application, ifVersion, what: `the end of ${application}` };
    await carryOutChange(this.#workplace, wanted, (options) => this.#workplace.scheduler.delete(application, options));
  }

  /** What somebody else made of it must not be lost in what was planned before. */
  #refuseIfOvertaken(): void {
    const { application } = this.#seen.former ?? {};
    if (application === undefined) return;
    if (this.#formerVersions.has(application.version)) return;
    throw new OchoError(`somebody else has changed ${application.id}: it has ${application.instances} instances now`, {
      code: 'CONFLICT',
      advice: advised({ to: 'go on or back', cluster: this.#bumping.cluster }),
    });
  }

  /** With a count of 0: how they are now. */
  async #untilUp(of: FleetApplication | undefined, count: number): Promise<UpOrNot> {
    if (of === undefined) return { outcome: 'up', up: [], missing: [] };
    const { until } = this.#rolling;
    const { application, cluster } = of;
    const isKnown = count === 0 || (of === this.#seen.next && this.#isSteady);
    return awaitPods(this.#workplace, {
      ...{ cluster, application: application.id, count, until, stableMs: isKnown ? 0 : this.#rolling.stableMs },
      strict: strictFor(application, this.#rolling),
      onLook: (standing) => this.#rolling.onUp(application.id, upNow(standing)),
      ...(of === this.#seen.next && { change: application }),
    });
  }

  #stopped({ up }: UpOrNot, waited: UpOrNot): RolledOut {
    return { done: 'stopped', up, late: waited.missing, failed: [notUp(this.#bumping.cluster, waited)] };
  }

  #tell(text: string): void {
    this.#rolling.tell(`${this.#bumping.cluster}: ${text}`);
  }
}
