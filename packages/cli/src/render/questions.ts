import { type Pod, qualified } from 'ochopod-core';
import type { UndoProspect } from 'ochopod-fleet/bump';
import type { KillProspect } from 'ochopod-fleet/kill';
import type { RemoveProspect } from 'ochopod-fleet/remove';
import type { ScaleProspect } from 'ochopod-fleet/scale';

import type { Question } from '../consent.ts';

/** Of more a terminal would show the last only, and not what is asked. */
const MOST_FACTS = 12;
const MOST_SEQS = 10;

/** @param ask told whom: `3 pods of marathon.web` */
export function podsQuestion(pods: readonly Pod[], ask: (whom: string) => string): Question | undefined {
  if (pods.length === 0) return undefined;
  return { facts: shown(podFacts(pods)), text: ask(whomOf(pods)) };
}

export function killQuestion({ pods, whole }: KillProspect): Question | undefined {
  if (pods.length === 0 && whole.length === 0) return undefined;
  const facts = shown([...podFacts(pods), ...whole.map((id) => `${id}: also what has no pod`)]);
  if (pods.length === 0) return { facts, text: `End all of ${counted(whole.length, 'application')}?` };
  return { facts, text: `Shut down ${whomOf(pods)} for good, and take their tasks from the scheduler?` };
}

export function removeQuestion(applications: readonly RemoveProspect[]): Question | undefined {
  if (applications.length === 0) return undefined;
  const facts = applications.map(({ id, cluster, tasks }) => `${id}: ${counted(tasks, 'task')}, of ${cluster}`);
  const all = applications.reduce((sum, { tasks }) => sum + tasks, 0);
  const what = `${counted(applications.length, 'application')} with ${counted(all, 'task')}`;
  return { facts: shown(facts), text: `Remove ${what} for good?` };
}

/** Only a size of nothing is asked about. */
export function emptyQuestion(clusters: readonly ScaleProspect[]): Question | undefined {
  const emptied = clusters.filter(({ from, to }) => from > 0 && to === 0);
  if (emptied.length === 0) return undefined;
  const facts = emptied.map(({ cluster, from }) => `${cluster}: ${counted(from, 'pod')}, and then none`);
  const pods = emptied.reduce((sum, { from }) => sum + from, 0);
  return { facts: shown(facts), text: `Leave none of ${counted(pods, 'pod')}${ofClusters(emptied)}?` };
}

export function undoQuestion(bumps: readonly UndoProspect[]): Question | undefined {
  const facts = bumps.map(
    ({ cluster, formerId, nextId, image, size, tasks }) =>
      `${cluster}: ${counted(size, 'pod')} of ${formerId} again; ${nextId} (${image}, ${counted(tasks, 'task')}) goes`,
  );
  const what = bumps.length === 1 ? 'the bump' : counted(bumps.length, 'bump');
  return { facts: shown(facts), text: `Undo ${what}${ofClusters(bumps)}?` };
}

function podFacts(pods: readonly Pod[]): string[] {
  const byCluster = new Map<string, number[]>();
  for (const { name, seq } of pods) byCluster.set(qualified(name), [...(byCluster.get(qualified(name)) ?? []), seq]);
  return [...byCluster].map(([cluster, seqs]) => {
    const named = seqs.slice(0, MOST_SEQS).map((seq) => `#${seq}`);
    const more = seqs.length > MOST_SEQS ? ` and ${seqs.length - MOST_SEQS} more` : '';
    return `${cluster}: ${counted(seqs.length, 'pod')}, ${named.join(' ')}${more}`;
  });
}

function whomOf(pods: readonly Pod[]): string {
  return `${counted(pods.length, 'pod')}${ofClusters(pods.map(({ name }) => ({ cluster: qualified(name) })))}`;
}

function ofClusters(all: readonly { readonly cluster: string }[]): string {
  const [only = '', ...others] = new Set(all.map(({ cluster }) => cluster));
  return ` of ${others.length === 0 ? only : counted(others.length + 1, 'cluster')}`;
}

function shown(facts: readonly string[]): readonly string[] {
  if (facts.length <= MOST_FACTS) return facts;
  return [...facts.slice(0, MOST_FACTS - 1), `and ${facts.length - MOST_FACTS + 1} more`];
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;
