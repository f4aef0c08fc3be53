import { maskedFields, OchoError, type Pod, type PodInfo, podLabel, qualified, withEither } from 'ochopod-core';
import type { CallOptions, Outcome } from 'ochopod-core/control-client';
import { advised } from '../advice.ts';

import type { Concluded, FailedTarget, FailureReport } from '../tally.ts';
import type { Workplace } from '../workplace.ts';
import { askPods, failedPod } from './ask-pods.ts';
import { findTargets, type Selection } from './find-pods.ts';
import { findLeaderless } from './leaderless.ts';
import { isLeader } from './list-clusters.ts';

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
  const { pods, until, patienceMs: podMs } = await findTargets(workplace, { ...selection, seqs: [] });
  const pod = onlyOne(pods, selection.seqs);
  const peers = pods.filter(({ name }) => name.namespace === pod.name.namespace && name.cluster === pod.name.cluster);
  const { answers, leader, info, failure } = await askUntilKnown(workplace, { pod, peers, until, podMs });
  const leaderless =
    leader === undefined
      ? (await findLeaderless(workplace, { pods: peers, answers })).get(qualified(pod.name))
      : undefined;
  return {
    report: {
      pod: podLabel(pod),
      key: pod.key,
      seq: pod.seq,
      leader: leader ?? null,
      ...(leaderless !== undefined && { leaderless }),
      registration: selection.showSecrets ? pod.registration : maskedFields(pod.registration),
      info: info ?? null,
      ...(failure && { error: failure.error }),
    },
    tally: { expected: 1, failed: failure === undefined ? [] : [failure] },
  };
}

interface Asked {
  readonly pod: Pod;
  /** All of its cluster, itself included. */
  readonly peers: readonly Pod[];
  readonly until: number;
  readonly podMs: number;
}

interface Known {
  readonly answers: ReadonlyMap<Pod, PodInfo>;
  readonly leader?: string;
  readonly info?: PodInfo;
  readonly failure?: FailedTarget;
}

/** Once a leader is found and the pod has answered the others are of no interest, above all those that hang. */
function askUntilKnown(workplace: Workplace, { pod, peers, until, podMs }: Asked): Promise<Known> {
  const enough = new AbortController();
  return withEither([workplace.signal, enough.signal], async (signal) => {
    const answers = new Map<Pod, PodInfo>();
    let known: Known = { answers };
    const question = {
      pods: peers,
      until,
      podMs,
      call: (peer: Pod, options: CallOptions) => workplace.pods.info(peer, options),
    };
    for await (const outcome of askPods({ ...workplace, signal }, question)) {
      if (outcome.ok) answers.set(outcome.pod, outcome.value);
      known = { ...known, ...learnt(outcome, pod) };
      if (known.leader !== undefined && (known.info ?? known.failure) !== undefined) break;
    }
    enough.abort(new OchoError('all is known', { code: 'INTERRUPTED' }));
    return known;
  });
}

function learnt(outcome: Outcome<PodInfo>, pod: Pod): Omit<Known, 'answers'> {
  if (!outcome.ok) return outcome.pod === pod ? { failure: failedPod(pod, outcome.error) } : {};
  return {
    ...(isLeader(outcome.value) && { leader: podLabel(outcome.pod) }),
    ...(outcome.pod === pod && { info: outcome.value }),
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
    advice: advised({ to: 'choose pod', pods: chosen.map(podLabel) }),
  });
}
