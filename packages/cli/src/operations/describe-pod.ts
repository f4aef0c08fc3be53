import { maskedFields, OchoError, type Pod, type PodInfo, podLabel, qualified } from 'ochopod-core';

import { askAll } from './ask-pods.ts';
import { findTargets, type Selection } from './find-pods.ts';
import { findLeaderless } from './leaderless.ts';
import { leaderAmong } from './list-clusters.ts';
import type { Concluded, FailureReport } from './tally.ts';
import type { Workplace } from './workplace.ts';

/** What `ocho info --json` prints. Fields may be added, never renamed. */
export interface PodReport {
  readonly pod: string;
  readonly key: string;
  readonly seq: number;
  /** The pod of its cluster that says that it leads, `null` when none does. */
  readonly leader: string | null;
  /** Why none does, and what can be done, as far as it is known. */
  readonly leaderless?: string;
  /** What it wrote into ZooKeeper; secrets are masked unless they were asked for. */
  readonly registration: Readonly<Record<string, unknown>>;
  /** What it answers, `null` when it does not. */
  readonly info: PodInfo | null;
  readonly error?: FailureReport;
}

export interface DescribeRequest extends Selection {
  /** Tell what is masked otherwise. */
  readonly showSecrets: boolean;
}

/**
 * Tell everything about one pod.
 *
 * @throws {OchoError} `INVALID_INPUT` when the selection means several
 */
export async function describePod(workplace: Workplace, selection: DescribeRequest): Promise<Concluded<PodReport>> {
  // All of the cluster is asked, since each pod knows of itself only whether it leads.
  const { pods, until } = await findTargets(workplace, { ...selection, seqs: [] });
  const pod = onlyOne(pods, selection.seqs);
  const peers = pods.filter(({ name }) => name.namespace === pod.name.namespace && name.cluster === pod.name.cluster);
  const { answers, failures } = await askAll(workplace, {
    pods: peers,
    until,
    call: (peer, options) => workplace.pods.info(peer, options),
  });
  const failure = failures.get(pod);
  const leaderless = (await findLeaderless(workplace, { pods: peers, answers })).get(qualified(pod.name));
  return {
    report: {
      pod: podLabel(pod),
      key: pod.key,
      seq: pod.seq,
      leader: leaderAmong(answers) ?? null,
      ...(leaderless !== undefined && { leaderless }),
      registration: selection.showSecrets ? pod.registration : maskedFields(pod.registration),
      info: answers.get(pod) ?? null,
      ...(failure && { error: failure.error }),
    },
    tally: { expected: 1, failed: failure === undefined ? [] : [failure] },
  };
}

function onlyOne(pods: readonly Pod[], seqs: readonly number[]): Pod {
  const chosen = pods.filter(({ seq }) => seqs.length === 0 || seqs.includes(seq));
  const [pod, another] = chosen;
  if (pod === undefined) {
    throw new OchoError(`there is no pod #${seqs.join(', #')}`, {
      code: 'NOT_FOUND',
      hint: `Choose one of ${pods.map(podLabel).join(', ')}.`,
    });
  }
  if (another === undefined) return pod;
  throw new OchoError(`${chosen.length} pods match, and one is shown at a time`, {
    code: 'INVALID_INPUT',
    hint: `Choose one with -i: ${chosen.map(podLabel).join(', ')}.`,
  });
}
