import type { FleetStage } from '../fleet-stage.ts';

/** The cluster that everything is done to. */
export const CLUSTER = 'demo.web';

/** The cluster as `ocho apps` shows it. */
export interface Standing {
  /** By id. */
  readonly applications: Readonly<Record<string, Listed>>;
  /** Pods that belong to no task, by name. */
  readonly strays: readonly string[];
}

interface Listed {
  readonly image: string;
  readonly instances: number;
  readonly version: string;
  readonly pods: { readonly total: number; readonly running: number };
  readonly deployments: readonly string[];
  readonly tasks: Readonly<Record<string, { readonly pod: string | null; readonly process: string }>>;
}

export async function standingOf(stage: FleetStage): Promise<Standing> {
  const { applications = {}, strays = {} } = await stage.json('apps', CLUSTER);
  return { applications, strays: Object.keys(strays) };
}

/** The names of all that have a task, whatever they do. */
export function podsOf({ applications }: Standing): string[] {
  return tasksOf({ applications }).flatMap(({ pod }) => pod ?? []);
}

/** How many run. */
export function runningIn({ applications }: Pick<Standing, 'applications'>): number {
  return tasksOf({ applications }).filter(({ process }) => process === 'running').length;
}

function tasksOf({ applications }: Pick<Standing, 'applications'>) {
  return Object.values(applications).flatMap(({ tasks }) => Object.values(tasks));
}

/** What a cluster is to be in the end. */
export interface Wanted {
  /** Of one of these images, all of it. */
  readonly images: readonly string[];
  readonly pods: number;
  /** These are among them, or they among these: nobody else comes and goes. */
  readonly of?: readonly string[];
}

/** What is not as it should be once nothing goes on any more, in words; `undefined` when all is. */
export function problemOf(standing: Standing, { images, pods, of }: Wanted): string | undefined {
  const [application, ...others] = Object.values(standing.applications);
  if (application === undefined) return 'no application is left';
  if (others.length > 0) return `${others.length + 1} applications are there`;
  const { image, deployments } = application;
  if (!images.includes(image)) return `the image is ${image}, and not ${images.join(' or ')}`;
  if (deployments.length > 0) return `deployment ${deployments.join(', ')} goes on`;
  return problemOfPods(standing, { pods, ...(of !== undefined && { of }) });
}

function problemOfPods(standing: Standing, { pods, of }: Pick<Wanted, 'pods' | 'of'>): string | undefined {
  const names = podsOf(standing);
  const { applications, strays } = standing;
  const running = runningIn(standing);
  if (strays.length > 0) return `${strays.join(', ')} registered, and no task`;
  const instances = Object.values(applications).reduce((sum, each) => sum + each.instances, 0);
  const counts = [instances, tasksOf(standing).length, names.length, running];
  if (counts.some((count) => count !== pods)) {
    return `of ${instances} instances ${tasksOf(standing).length} have a task, ${names.length} a pod, and ${running} run; ${pods} were asked for`;
  }
  if (of === undefined) return undefined;
  const [fewer, more] = names.length < of.length ? [names, of] : [of, names];
  const astray = fewer.filter((name) => !more.includes(name));
  return astray.length === 0 ? undefined : `${astray.join(', ')} came or went unasked`;
}
