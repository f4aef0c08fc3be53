import type { App } from '../app/app.ts';
import { inOrderOfKilling } from './kill-selection.ts';
import { hasTask, isCurrent, isStaying, isUp, type Standing } from './standing.ts';

/** What is to be done about the instances of an application, now. */
export interface Decision {
  /** How many new instances. */
  readonly launch: number;
  /** Those that are not wanted any more: their tasks are killed, and nothing takes their place. */
  readonly retire: readonly Standing[];
}

/** What becomes of instances whose application is gone. */
export function decideStop(standings: readonly Standing[]): Decision {
  return { launch: 0, retire: standings.filter(({ isLeaving }) => !isLeaving) };
}

/** As many as the definition says, whatever they were launched with. */
export function decideScale(app: App, standings: readonly Standing[]): Decision {
  const wanted = standings.filter(({ isLeaving }) => !isLeaving);
  const surplus = Math.max(0, wanted.length - app.instances);
  return {
    launch: Math.max(0, app.instances - wanted.length),
    // Asked after each change: most of the time nobody is to go.
    retire: surplus === 0 ? [] : inOrderOfKilling(wanted, app.killSelection).slice(0, surplus),
  };
}

/**
 * One task for another, as the upgrade strategy allows: never fewer of them up than it says, unless they are down by
 * themselves, and never more of them in all.
 *
 * Looks only at what there is now: whoever asks again after each change ends with as many new instances as the
 * definition says, and no old one, as soon as new ones are up.
 */
export function decideReplace(app: App, standings: readonly Standing[]): Decision {
  const old = standings.filter((standing) => !standing.isLeaving && !isCurrent(standing, app));
  const idle = old.filter((standing) => !hasTask(standing) || standing.instance.condition === 'Killing');
  const fresh = standings.filter((standing) => !standing.isLeaving && isCurrent(standing, app));
  const taken = standings.filter((standing) => hasTask(standing) || fresh.includes(standing)).length;
  const room = Math.max(0, maxCapacity(app, standings) - taken);
  return {
    launch: Math.min(room, Math.max(0, app.instances - fresh.length)),
    retire: [...idle, ...freed(app, standings)],
  };
}

/**
 * Whether an application has as many instances as it should, and no other any more.
 *
 * @param awaitsUp whether they also have to be up
 */
export function isScaled(app: App, standings: readonly Standing[], awaitsUp: boolean): boolean {
  if (standings.length !== app.instances || standings.some(({ isLeaving }) => isLeaving)) return false;
  return !awaitsUp || standings.every(isUp);
}

/** Whether every instance is a new one, and up. */
export function isReplaced(app: App, standings: readonly Standing[]): boolean {
  return isScaled(app, standings, true) && standings.every((standing) => isCurrent(standing, app));
}

/**
 * Old instances that are not needed to stay above the minimum. Those that are down go first, so that one that is up
 * goes only when enough others are.
 */
function freed(app: App, standings: readonly Standing[]): readonly Standing[] {
  const old = standings.filter((standing) => isStaying(standing) && hasTask(standing) && !isCurrent(standing, app));
  const freshUp = standings.filter((standing) => isUp(standing) && isCurrent(standing, app)).length;
  const dispensable = Math.max(0, old.length + freshUp - minimumHealthy(app));
  return [...old.filter((standing) => !isUp(standing)), ...old.filter(isUp)].slice(0, dispensable);
}

/** How many have to be up while tasks are replaced. */
function minimumHealthy({ instances, upgradeStrategy }: App): number {
  return Math.ceil(instances * upgradeStrategy.minimumHealthCapacity);
}

/**
 * How many there may be in all while tasks are replaced. One more where otherwise none could go before one came, nor
 * come before one went.
 */
function maxCapacity(app: App, standings: readonly Standing[]): number {
  const max = Math.floor(app.instances * (1 + app.upgradeStrategy.maximumOverCapacity));
  const staying = standings.filter((standing) => isStaying(standing) && hasTask(standing)).length;
  return minimumHealthy(app) === max && max <= staying ? max + 1 : max;
}
