import type { App } from '../app/app.ts';
import { type Change, changeBetween } from '../app/change.ts';
import type { DeploymentAction, DeploymentStep } from './deployment.ts';

/** An application before and after: it is created without the first, deleted without the second. */
export interface AppChange {
  readonly id: string;
  readonly before: App | undefined;
  readonly after: App | undefined;
}

/**
 * The steps that a change of applications takes: delete, then create, then bring each to what it should be, those last
 * that depend on others.
 *
 * @param apps every application as it will be, for the dependencies between them
 */
export function planSteps(changes: readonly AppChange[], apps: readonly App[]): readonly DeploymentStep[] {
  const deleted = changes.flatMap(({ id, after }) => (after === undefined ? [action('StopApplication', id)] : []));
  const created = changes.flatMap(({ id, before, after }) =>
    before === undefined && after !== undefined ? [action('StartApplication', id)] : [],
  );
  return [deleted, created, ...inOrderOfDependence(changes, apps)]
    .filter((actions) => actions.length > 0)
    .map((actions) => ({ actions }));
}

function inOrderOfDependence(changes: readonly AppChange[], apps: readonly App[]): readonly DeploymentAction[][] {
  const ranks = new Map<number, DeploymentAction[]>();
  for (const { before, after } of changes) {
    const name = after && actionFor(before, after);
    if (after === undefined || name === undefined) continue;
    const rank = longestPath(after, apps, new Set());
    ranks.set(rank, [...(ranks.get(rank) ?? []), action(name, after.id)]);
  }
  return [...ranks].sort(([one], [other]) => one - other).map(([, actions]) => actions);
}

const ACTIONS: Readonly<Record<Change, DeploymentAction['action'] | undefined>> = {
  create: 'ScaleApplication',
  scale: 'ScaleApplication',
  replace: 'RestartApplication',
  none: undefined,
};

function actionFor(before: App | undefined, after: App): DeploymentAction['action'] | undefined {
  const change = isRestart(before, after) ? 'replace' : changeBetween(before, after);
  return change === 'replace' && after.instances === 0 ? 'ScaleApplication' : ACTIONS[change];
}

function isRestart(before: App | undefined, after: App): boolean {
  return before !== undefined && before.versionInfo.lastConfigChangeAt !== after.versionInfo.lastConfigChangeAt;
}

/** How many applications stand behind this one, one on the other; a circle ends where it closes. */
function longestPath(app: App, apps: readonly App[], passed: ReadonlySet<string>): number {
  const onTheWay = new Set(passed).add(app.id);
  const lengths = apps
    .filter(({ id }) => !onTheWay.has(id) && app.dependencies.some((needed) => isIn(id, needed)))
    .map((needed) => longestPath(needed, apps, onTheWay));
  return 1 + Math.max(0, ...lengths);
}

/** Whether it is this application, or one of that group. */
function isIn(id: string, needed: string): boolean {
  return id === needed || id.startsWith(`${needed}/`);
}

function action(name: DeploymentAction['action'], app: string): DeploymentAction {
  return { action: name, app };
}
