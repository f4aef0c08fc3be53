import { type Pod, qualified } from 'ochopod-core';

import type { LatePod } from './await-pods.ts';
import type { Deployed } from './deploy-application.ts';
import type { RolledBack } from './deploy-rollback.ts';
import type { Target } from './deploy-targets.ts';
import type { FailureReport } from './tally.ts';

/** What `ocho deploy --json` prints, by file as it was named. Fields may be added, never renamed. */
export type DeployReport = Readonly<Record<string, DeployedFile>>;

export interface DeployedFile {
  readonly ok: boolean;
  /** The pods that are up because of it, by seq. */
  readonly up: readonly number[];
  /** How many were asked for. */
  readonly expected: number;
  /** Its id at the scheduler; the one that it would have had when it was not sent. */
  readonly application: string;
  readonly done: 'created' | 'replaced' | 'nothing';
  readonly deployment?: string;
  readonly version?: string;
  /** Those that are not up, by name. */
  readonly late?: Readonly<Record<string, Trouble>>;
  readonly dead?: Readonly<Record<string, Trouble>>;
  readonly error?: FailureReport;
  readonly rolledBack?: RolledBack;
}

export interface Trouble {
  readonly why: string;
  /** The end of its agent's log. */
  readonly log: readonly string[];
}

export function deployedFile({ previous, plan }: Target, deployed: Deployed): DeployedFile {
  const { change, expected, pods, outcome, rolledBack } = deployed;
  const ok = outcome === 'up';
  return {
    ok,
    up: rolledBack === undefined || rolledBack.done === 'nothing' ? pods.up.map(({ seq }) => seq) : [],
    ...{ expected, application: change.application, done: previous === undefined ? 'created' : 'replaced' },
    ...{ deployment: change.id, version: change.version },
    ...(!ok && pods.late.length > 0 && { late: troubles(pods.late) }),
    ...(!ok && pods.deaths.length > 0 && { dead: troubles(pods.deaths) }),
    ...(!ok && { error: failureOf(deployed, qualified(plan.cluster)) }),
    ...(rolledBack !== undefined && { rolledBack }),
  };
}

function troubles(pods: readonly LatePod[]): Readonly<Record<string, Trouble>> {
  return Object.fromEntries(pods.map(({ name, why, lastLines: log }) => [name, { why, log }]));
}

function failureOf(deployed: Deployed, cluster: string): FailureReport {
  const { pods, expected, change } = deployed;
  const missing = [...pods.deaths, ...pods.late].map(({ name, why }) => `${name} ${why}`).join('; ');
  const message = `${pods.up.length} of ${expected} pods of ${change.application} are up: ${missing}`;
  return { code: codeOf(deployed), message, hint: whatNext(deployed, cluster) };
}

function codeOf({ pods, outcome }: Deployed): FailureReport['code'] {
  if (pods.dead.length === 0) return outcome === 'timeout' ? 'TIMEOUT' : 'CONFLICT';
  return outcome === 'timeout' && pods.late.length > 0 ? 'PARTIAL_FAILURE' : 'POD_DEAD';
}

/** What is left, and how to be rid of it. */
function whatNext({ rolledBack, change: { application }, pods }: Deployed, cluster: string): string {
  switch (rolledBack?.done) {
    case 'deleted':
      return `${application} was deleted.`;
    case 'restored':
      return `The version before of ${application} runs again.`;
    case 'nothing':
      return `Rolling ${application} back failed as well, and it is left as it is: ${rolledBack.error.message}.`;
    default:
      return `${application} is left as it is. ${removal([...pods.up, ...podsOf(pods.deaths), ...podsOf(pods.late)], { application, cluster, isWhole: pods.late.every(({ pod }) => pod !== undefined) })}`;
  }
}

interface Left {
  readonly application: string;
  readonly cluster: string;
  /** Whether each of its tasks has a pod. */
  readonly isWhole: boolean;
}

function removal(pods: readonly Pod[], { application, cluster, isWhole }: Left): string {
  if (!isWhole || pods.length === 0) return `Look with \`ocho apps\`; DELETE /v2/apps/${application} removes it.`;
  const seqs = pods.map(({ seq }) => seq).sort((a, b) => a - b);
  return `\`ocho kill ${cluster} -i ${seqs.join(' ')}\` removes it.`;
}

const podsOf = (late: readonly LatePod[]): readonly Pod[] => late.flatMap(({ pod }) => pod ?? []);
