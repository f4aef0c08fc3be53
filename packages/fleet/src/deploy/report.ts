import { type Pod, qualified } from 'ochopod-core';

import type { LatePod, PodsNow } from '../applications/await-pods.ts';
import { type Troubles, troubles } from '../applications/troubles.ts';
import type { FailureReport } from '../tally.ts';
import type { Deployed } from './deploy-application.ts';
import type { RolledBack } from './take-back.ts';
import type { Target } from './targets.ts';

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
  /** `unknown`: it was sent, and no answer came. */
  readonly done: 'created' | 'replaced' | 'nothing' | 'unknown';
  readonly deployment?: string;
  readonly version?: string;
  /** Those that are not up, by name. */
  readonly late?: Troubles;
  readonly dead?: Troubles;
  readonly error?: FailureReport;
  readonly rolledBack?: RolledBack;
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

function failureOf(deployed: Deployed, cluster: string): FailureReport {
  const { pods, expected, change } = deployed;
  const missing = byReason([...pods.deaths, ...pods.late]).join('; ');
  const message = `${pods.up.length} of ${expected} pods of ${change.application} are up: ${missing}`;
  return { code: codeOf(deployed), message, hint: whatNext(deployed, cluster) };
}

/** Those with the same reason in one sentence. */
function byReason(late: readonly LatePod[]): string[] {
  const reasons = [...new Set(late.map(({ why }) => why))];
  return reasons.map((reason) => {
    const names = late.filter(({ why }) => why === reason).map(({ name }) => name);
    return `${names.join(', ')}${names.length > 1 ? ':' : ''} ${reason}`;
  });
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
      return `${application} is left as it is. ${removal(pods, application, cluster)}`;
  }
}

function removal(pods: PodsNow, application: string, cluster: string): string {
  const known = [...pods.up, ...podsOf(pods.deaths), ...podsOf(pods.late)];
  const isWhole = pods.late.every(({ pod }) => pod !== undefined);
  if (!isWhole || known.length === 0) return `Look with \`ocho apps\`; DELETE /v2/apps/${application} removes it.`;
  const seqs = known.map(({ seq }) => seq).sort((a, b) => a - b);
  return `\`ocho kill ${cluster} -i ${seqs.join(' ')}\` removes it.`;
}

const podsOf = (late: readonly LatePod[]): readonly Pod[] => late.flatMap(({ pod }) => pod ?? []);
