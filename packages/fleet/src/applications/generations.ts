import type { Application } from '../scheduler/index.ts';

import type { FleetApplication } from './fleet.ts';

/**
 * A roll-out is kept in what runs: the application with the new image names the one that it takes the place of, and how
 * many pods there are to be. It is under way for as long as both are there; the labels stay, since to change them would
 * restart every pod.
 */
const BUMP_OF = 'ochopod_bump_of';
const BUMP_SIZE = 'ochopod_bump_size';

/** Two generations of an application, of which the next takes the place of the former. */
export interface Generations {
  readonly former: FleetApplication;
  readonly next: FleetApplication;
  /** How many pods there are to be in the end. */
  readonly size: number;
}

/** What tells an application that it is the next generation of another one. */
export function bumpLabels(former: Pick<Application, 'id'>, size: number): Readonly<Record<string, string>> {
  return { [BUMP_OF]: former.id, [BUMP_SIZE]: String(size) };
}

/** The application whose place another one is taking right now. */
export function formerOf({ id, labels }: Application, applications: readonly Application[]): Application | undefined {
  return applications.find((other) => other.id === labels[BUMP_OF] && other.id !== id);
}

/** The roll-outs that are under way among the applications of a cluster. */
export function generationsAmong(applications: readonly FleetApplication[]): readonly Generations[] {
  const all = applications.map(({ application }) => application);
  return applications.flatMap((next) => {
    const { labels, instances } = next.application;
    const former = applications.find(({ application }) => application === formerOf(next.application, all));
    if (former === undefined) return [];
    const size = Number(labels[BUMP_SIZE]);
    return [{ former, next, size: Number.isInteger(size) ? size : Math.max(instances, former.application.instances) }];
  });
}

const STAMP = /-\d{4}(?:-\d\d){5}$/;

/**
 * An id for the next generation: as the former's, with the time of now. The ids that are taken are passed over.
 *
 * @param now milliseconds since 1970
 */
export function nextId({ id }: Pick<Application, 'id'>, now: number, taken: readonly string[]): string {
  const name = id.replace(STAMP, '');
  for (let at = now; ; at += 1000) {
    // biome-ignore lint/style/noRestrictedGlobals: formats a time, and asks for none
    const stamp = new Date(at).toISOString().slice(0, '2026-01-31T23:59:59'.length).replaceAll(/[T:]/g, '-');
    if (!taken.includes(`${name}-${stamp}`)) return `${name}-${stamp}`;
  }
}

/** When an application was deployed, as text that can be compared: from its id, or else when it was changed last. */
export function deployedAt({ id, version }: Pick<Application, 'id' | 'version'>): string {
  const [stamp] = STAMP.exec(id) ?? [];
  return stamp?.slice(1) ?? version.slice(0, '2026-01-31T23:59:59'.length).replaceAll(/[T:]/g, '-');
}
