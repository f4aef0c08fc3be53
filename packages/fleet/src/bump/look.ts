import { findClusters } from '../applications/application-clusters.ts';
import type { FleetApplication, FleetWorkplace } from '../applications/fleet.ts';
import type { Application } from '../scheduler/index.ts';

/** A roll-out, by what it is about. */
export interface Bumping {
  /** Qualified. */
  readonly cluster: string;
  readonly formerId: string;
  /** That it had when this was planned. */
  readonly formerVersion: string;
  readonly nextId: string;
  readonly image: string;
  /** How many pods there are to be in the end. */
  readonly size: number;
}

export interface BumpLimits {
  /** Also pods that are not to start by themselves have to run. */
  readonly strict: boolean;
  /** How long pods must have been up, in milliseconds. */
  readonly stableMs: number;
  /** Take over from deployments that are in the way. */
  readonly force: boolean;
  /** On the clock of the workplace. */
  readonly until: number;
  /** Hears how far it is. */
  readonly tell: (text: string) => void;
  /** Hears, at each look, how many pods of an application are up. */
  readonly onUp: (application: string, up: number) => void;
}

export interface Both {
  readonly former: FleetApplication | undefined;
  readonly next: FleetApplication | undefined;
}

/** How the two generations of a roll-out are now. */
export async function lookAtBoth(workplace: FleetWorkplace, bumping: Bumping, until: number): Promise<Both> {
  const { cluster, formerId, nextId } = bumping;
  const pattern = { given: cluster, glob: cluster };
  const { clusters } = await findClusters(workplace, { patterns: [pattern], until });
  const applications = clusters.flatMap((each) => each.applications);
  const byId = (id: string) => applications.find(({ application }) => application.id === id);
  return { former: byId(formerId), next: byId(nextId) };
}

/** Whether its pods are up only when their processes run: unless they wait for somebody to start them. */
export function strictFor({ env }: Pick<Application, 'env'>, { strict }: Pick<BumpLimits, 'strict'>): boolean {
  return strict || env['ochopod_start'] !== 'false';
}
