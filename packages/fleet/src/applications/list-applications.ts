import { fnmatch, OchoError, type Pod, type PodInfo, podLabel, qualified, withDeadline } from 'ochopod-core';

import type { Advice } from '../advice.ts';
import { type Answers, askAll } from '../pods/ask-pods.ts';
import { patienceMs, type Selection } from '../pods/find-pods.ts';
import type { Task } from '../scheduler/index.ts';
import type { Concluded, FailedTarget, FailureReport } from '../tally.ts';
import { type ClusterPattern, isLiteral } from '../words/cluster-pattern.ts';
import { type Fleet, type FleetApplication, type FleetMember, type FleetView, findFleet } from './fleet.ts';

/** What `ocho apps --json` prints. Fields may be added, never renamed. */
export interface ApplicationsReport {
  /** By id. */
  readonly applications: Readonly<Record<string, ApplicationSummary>>;
  /** Pods that are no task of the scheduler, by name. */
  readonly strays: Readonly<Record<string, StrayPod>>;
  /** What was asked for by name and is not there. */
  readonly failed?: Readonly<Record<string, FailureReport>>;
}

export interface ApplicationSummary {
  readonly cluster: string;
  /** `null` when it runs a plain command. */
  readonly image: string | null;
  readonly version: string;
  /** How many tasks it should have. */
  readonly instances: number;
  /** How many of its tasks run, as the scheduler sees it. */
  readonly tasksRunning: number;
  readonly pods: { readonly total: number; readonly running: number };
  /** The deployments that change it right now. */
  readonly deployments: readonly string[];
  /** How its last task ended that ended by itself. */
  readonly lastFailure: string | null;
  readonly tasks: Readonly<Record<string, TaskSummary>>;
}

export interface TaskSummary extends Omit<Task, 'id' | 'healthy' | 'startedAt'> {
  readonly healthy: boolean | null;
  readonly startedAt: string | null;
  /** `null` when it has none. */
  readonly pod: string | null;
  /** The state of the pod's process; empty when it did not say. */
  readonly process: string;
  /** Why the pod does not do its part although nobody turned it off. */
  readonly trouble?: string;
  readonly error?: FailureReport;
}

export interface StrayPod {
  readonly cluster: string;
  /** What it says that it is a task of. */
  readonly application: string;
  readonly task: string;
  readonly process: string;
  readonly trouble?: string;
  readonly error?: FailureReport;
}

/** Tell what runs, from both sides: the scheduler's tasks, and the pods. */
export async function listApplications(
  workplace: FleetView,
  { patterns, timeoutMs }: Omit<Selection, 'seqs'>,
): Promise<Concluded<ApplicationsReport>> {
  const { clock, signal: parent, pods } = workplace;
  const until = clock.now() + timeoutMs;
  const fleet = await withDeadline({ clock, ms: timeoutMs, what: 'listing applications and pods', parent }, (signal) =>
    findFleet(workplace, patterns, signal),
  );
  const absent = patterns.filter((pattern) => isLiteral(pattern) && !isThere(fleet, pattern)).map(nothingMatches);
  throwIfNothing(fleet, absent);
  const known = [
    ...fleet.applications.flatMap(({ members }) => members.flatMap(({ pod }) => pod ?? [])),
    ...fleet.strays,
  ];
  const answers = await askAll(workplace, {
    pods: known,
    until,
    podMs: patienceMs(timeoutMs),
    call: (pod, options) => pods.info(pod, options),
  });
  return {
    report: { ...summarize(fleet, answers), ...(absent.length > 0 && { failed: byTarget(absent) }) },
    tally: { expected: known.length + absent.length, failed: [...answers.failed, ...absent] },
  };
}

function isThere({ applications, strays }: Fleet, { glob }: ClusterPattern): boolean {
  const names = [...applications.map(({ cluster }) => cluster), ...strays.map(({ name }) => name)];
  return names.some((name) => fnmatch(glob)(qualified(name)));
}

const SEE_APPLICATIONS: Advice = { to: 'see applications' };

function nothingMatches({ given }: ClusterPattern): FailedTarget {
  const message = `neither an application nor a pod belongs to ${given}`;
  return { target: given, error: { code: 'NOT_FOUND', message, advice: SEE_APPLICATIONS } };
}

function throwIfNothing({ applications, strays }: Fleet, absent: readonly FailedTarget[]): void {
  if (applications.length > 0 || strays.length > 0 || absent.length === 0) return;
  throw new OchoError(absent.map(({ error }) => error.message).join('; '), {
    code: 'NOT_FOUND',
    advice: SEE_APPLICATIONS,
  });
}

function byTarget(failed: readonly FailedTarget[]): Record<string, FailureReport> {
  return Object.fromEntries(failed.map(({ target, error }) => [target, error]));
}

function summarize({ applications, strays }: Fleet, answers: Answers<PodInfo>): ApplicationsReport {
  return {
    applications: Object.fromEntries(applications.map((each) => [each.application.id, applicationOf(each, answers)])),
    strays: Object.fromEntries(strays.map((pod) => [podLabel(pod), strayOf(pod, answers)])),
  };
}

function applicationOf(
  { application, cluster, members }: FleetApplication,
  answers: Answers<PodInfo>,
): ApplicationSummary {
  const { image, version, instances, changes, lastFailure } = application;
  const tasks = members.map((member) => [member.task.id, taskOf(member, answers)] as const);
  const registered = tasks.filter(([, { pod }]) => pod !== null);
  return {
    ...{ cluster: qualified(cluster), image: image ?? null, version, instances },
    tasksRunning: members.filter(({ task }) => task.state === 'running').length,
    pods: { total: registered.length, running: registered.filter(([, { process }]) => process === 'running').length },
    deployments: changes,
    lastFailure: lastFailure?.why ?? null,
    tasks: Object.fromEntries(tasks),
  };
}

function taskOf({ task, pod }: FleetMember, answers: Answers<PodInfo>): TaskSummary {
  const { host, state, healthy = null, version, startedAt = null } = task;
  return {
    ...{ host, state, healthy, version, startedAt },
    pod: pod === undefined ? null : podLabel(pod),
    ...(pod === undefined ? { process: '' } : said(pod, answers)),
  };
}

function strayOf(pod: Pod, answers: Answers<PodInfo>): StrayPod {
  const { application, task } = pod.registration;
  return { cluster: qualified(pod.name), application, task, ...said(pod, answers) };
}

function said(pod: Pod, { answers, failures }: Answers<PodInfo>): Pick<TaskSummary, 'process' | 'trouble' | 'error'> {
  const error = failures.get(pod)?.error;
  const { process = '', trouble } = answers.get(pod) ?? {};
  return { process, ...(trouble !== undefined && { trouble }), ...(error && { error }) };
}
