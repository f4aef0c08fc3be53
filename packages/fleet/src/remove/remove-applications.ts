import { fnmatch, isOchoError, OchoError, qualified, withDeadline } from 'ochopod-core';

import type { Advice } from '../advice.ts';
import { allEnded } from '../applications/carry-out-change.ts';
import { endApplication } from '../applications/end-application.ts';
import { type FleetApplication, type FleetWorkplace, matchFleet } from '../applications/fleet.ts';
import { joined } from '../applications/wait-progress.ts';
import { askConsent, type Consent } from '../consent.ts';
import { type Concluded, type FailureReport, failureReport, failuresOf } from '../tally.ts';
import type { ClusterPattern } from '../words/cluster-pattern.ts';

/** What `ocho rm --json` prints, by the application's id, or by what was given where nothing is meant. Fields may be added. */
export type RemoveReport = Readonly<Record<string, RemovedApplication>>;

export interface RemovedApplication {
  /** It is gone. */
  readonly ok: boolean;
  /** The cluster that its pods made up; empty where nothing is meant. */
  readonly cluster: string;
  /** The pods that shut down in order, by seq. */
  readonly down: readonly number[];
  /** Pods that did not, by name: their tasks are gone all the same. */
  readonly unwilling?: Readonly<Record<string, FailureReport>>;
  readonly error?: FailureReport;
}

export interface RemoveRequest {
  /** Ids of applications, or clusters. */
  readonly wanted: readonly ClusterPattern[];
  readonly timeoutMs: number;
  /** Asked about the applications that would go. */
  readonly consent?: Consent<readonly RemoveProspect[]> | undefined;
}

export interface RemoveProspect {
  readonly id: string;
  /** Qualified. */
  readonly cluster: string;
  /** How many tasks it has. */
  readonly tasks: number;
}

/**
 * Remove applications as a whole, whatever state they are in. One's failure does not stop the others.
 *
 * @throws {OchoError} `NOT_FOUND` when nothing is meant, `INTERRUPTED`
 */
export async function removeApplications(
  workplace: FleetWorkplace,
  { wanted, timeoutMs, consent }: RemoveRequest,
): Promise<Concluded<RemoveReport>> {
  const end = workplace.clock.now() + timeoutMs;
  const applications = await look(workplace, timeoutMs);
  const absent = wanted.filter((each) => !applications.some(isMeantBy(each)));
  if (absent.length === wanted.length) throw nothingMeant(wanted);
  const meant = applications.filter((each) => wanted.some((pattern) => isMeantBy(pattern)(each)));
  const until = end + (await askConsent(workplace, { consent, prospect: meant.map(prospectOf) }));
  const together = { ...workplace, progress: joined(workplace.progress) };
  const removed = await allEnded(
    meant.map(async (each) => [each.application.id, await remove(together, each, until)] as const),
  );
  const missing = absent.map(({ given }) => [given, notThere(given)] as const);
  const report = Object.fromEntries([...removed, ...missing]);
  return { report, tally: { expected: removed.length + missing.length, failed: failuresOf(Object.entries(report)) } };
}

async function look(workplace: FleetWorkplace, timeoutMs: number): Promise<readonly FleetApplication[]> {
  const { clock, registry, scheduler, signal: parent } = workplace;
  const deadline = { clock, ms: timeoutMs, what: 'looking for the applications', parent };
  const [applications, { pods }] = await withDeadline(deadline, (signal) =>
    Promise.all([scheduler.list(signal), registry.listPods(['*'], signal)]),
  );
  return matchFleet(applications, pods).applications;
}

function prospectOf({ application: { id, tasks }, cluster }: FleetApplication): RemoveProspect {
  return { id, cluster: qualified(cluster), tasks: tasks.length };
}

function isMeantBy({ given, glob }: ClusterPattern): (application: FleetApplication) => boolean {
  const matches = fnmatch(glob);
  return ({ application, cluster }) => application.id === given || matches(qualified(cluster));
}

async function remove(
  workplace: FleetWorkplace,
  application: FleetApplication,
  until: number,
): Promise<RemovedApplication> {
  const cluster = qualified(application.cluster);
  try {
    const { gone, unwilling } = await endApplication(workplace, application, until);
    const down = gone.flatMap(({ pod }) => pod?.seq ?? []).sort((left, right) => left - right);
    const named = Object.fromEntries(unwilling.map(({ target, error }) => [target, error]));
    return { ok: true, cluster, down, ...(unwilling.length > 0 && { unwilling: named }) };
  } catch (error) {
    if (!isOchoError(error) || error.code === 'INTERRUPTED') throw error;
    return { ok: false, cluster, down: [], error: failureReport(error) };
  }
}

const SEE_APPLICATIONS: Advice = { to: 'see applications' };

function notThere(given: string): RemovedApplication {
  const error = {
    code: 'NOT_FOUND',
    message: `no application is ${given}, or makes it up`,
    advice: SEE_APPLICATIONS,
  } as const;
  return { ok: false, cluster: '', down: [], error };
}

function nothingMeant(wanted: readonly ClusterPattern[]): OchoError {
  const names = wanted.map(({ given }) => given).join(', ');
  return new OchoError(`no application is ${names}, or makes it up`, { code: 'NOT_FOUND', advice: SEE_APPLICATIONS });
}
