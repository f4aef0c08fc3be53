import { qualified } from 'ochopod-core';

import type { Advice } from '../advice.ts';
import type { MissingPod, PodsNow } from '../applications/await-pods.ts';
import { byReason, codeOf, type Troubles, troubles } from '../applications/troubles.ts';
import { type FailureReport, failureReport } from '../tally.ts';
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
  readonly done: 'created' | 'replaced' | 'unchanged' | 'nothing' | 'unknown';
  readonly deployment?: string;
  readonly version?: string;
  /** Those that are not up, by name. */
  readonly late?: Troubles;
  readonly dead?: Troubles;
  readonly error?: FailureReport;
  readonly rolledBack?: RolledBack;
}

export function deployedFile({ previous, plan }: Target, deployed: Deployed): DeployedFile {
  const { application, change, expected, pods, rolledBack } = deployed;
  const ok = pods.outcome === 'up';
  const dead = pods.missing.filter(isDead);
  const late = pods.missing.filter((each) => !isDead(each));
  return {
    ok,
    up: rolledBack === undefined || rolledBack.done === 'nothing' ? pods.up.map(({ seq }) => seq) : [],
    ...{ expected, application, done: whatWasDone(deployed, previous === undefined) },
    ...(change !== undefined && { deployment: change.id, version: change.version }),
    ...(!ok && late.length > 0 && { late: troubles(late) }),
    ...(!ok && dead.length > 0 && { dead: troubles(dead) }),
    ...(!ok && { error: failureOf(deployed, qualified(plan.cluster)) }),
    ...(rolledBack !== undefined && { rolledBack }),
  };
}

function whatWasDone({ change }: Deployed, isNew: boolean): DeployedFile['done'] {
  if (change === undefined) return 'unchanged';
  return isNew ? 'created' : 'replaced';
}

function failureOf(deployed: Deployed, cluster: string): FailureReport {
  const { pods, expected, application } = deployed;
  const missing = byReason(pods.missing).join('; ');
  const message = `${pods.up.length} of ${expected} pods of ${application} are up: ${missing}`;
  return failureReport({
    code: codeOf(pods),
    message: `${message}${whatIsLeft(deployed)}`,
    ...whatNext(deployed, cluster),
  });
}

const isDead = ({ because }: MissingPod): boolean => because === 'dead';

/** What became of what is told to have failed. */
function whatIsLeft({ rolledBack, application }: Deployed): string {
  if (rolledBack?.done !== 'nothing') return '';
  return `; rolling ${application} back failed as well: ${rolledBack.error.message}`;
}

/** What is left, and how to be rid of it. */
function whatNext(
  { rolledBack, application, pods }: Deployed,
  cluster: string,
): Pick<FailureReport, 'hint' | 'advice'> {
  switch (rolledBack?.done) {
    case 'deleted':
      return { hint: `${application} was deleted.` };
    case 'restored':
      return { hint: `The version before of ${application} runs again.` };
    default:
      return { advice: removal(pods, application, cluster) };
  }
}

function removal({ up, missing }: PodsNow, application: string, cluster: string): Advice {
  const pods = missing.flatMap(({ pod }) => pod ?? []);
  const seqs = [...up, ...pods].map(({ seq }) => seq).sort((a, b) => a - b);
  const isWhole = pods.length === missing.length && seqs.length > 0;
  return { to: 'remove', application, cluster, ...(isWhole && { seqs }) };
}
