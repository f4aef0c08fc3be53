import type { Clock } from 'ochopod-core';

import type { AppStore } from './app-store.ts';
import { type Decision, decideReplace, decideScale, decideStop, isReplaced, isScaled } from './decide.ts';
import type { DeploymentAction } from './deployment.ts';
import type { Deployments, Progress } from './deployments.ts';
import type { InstanceTracker } from './instance-tracker.ts';
import type { LaunchDelays } from './launch-delays.ts';
import { hasTask, type Standing } from './standing.ts';

export interface ReconcilerOptions {
  readonly store: AppStore;
  readonly tracker: InstanceTracker;
  readonly deployments: Deployments;
  readonly delays: LaunchDelays;
  readonly clock: Clock;
}

const NOTHING: Decision = { launch: 0, retire: [] };

/** Nobody sees it: the wait is not needed any more. */
const CALLED_OFF = new Error('called off');

/**
 * Brings what runs to what should run. Looks at everything anew whenever something changed: what is to be done follows
 * from what there is, and from nothing that it remembers.
 */
export class Reconciler implements Progress {
  readonly #options: ReconcilerOptions;
  #isDue = false;
  #isClosed = false;
  #alarm = new AbortController();

  constructor(options: ReconcilerOptions) {
    this.#options = options;
  }

  /** Something changed: look again, once, when whoever changed it is done. */
  readonly changed = (): void => {
    if (this.#isDue || this.#isClosed) return;
    this.#isDue = true;
    queueMicrotask(() => {
      this.#isDue = false;
      if (!this.#isClosed) this.#reconcile();
    });
  };

  close(): void {
    this.#isClosed = true;
    this.#alarm.abort(CALLED_OFF);
  }

  needsMore({ app: id }: DeploymentAction): boolean {
    const app = this.#options.store.get(id);
    return app !== undefined && decideScale(app, this.#options.tracker.standings(id)).launch > 0;
  }

  isDone({ action, app: id }: DeploymentAction, awaitsUp: boolean): boolean {
    const standings = this.#options.tracker.standings(id);
    const app = this.#options.store.get(id);
    if (action === 'StartApplication') return true;
    if (app === undefined || action === 'StopApplication') return standings.length === 0;
    return action === 'RestartApplication' ? isReplaced(app, standings) : isScaled(app, standings, awaitsUp);
  }

  #reconcile(): void {
    const { store, tracker, deployments, delays } = this.#options;
    do {
      const running = tracker.standings().map(({ instance }) => instance.app.id);
      const ids = new Set([...store.apps().map(({ id }) => id), ...running]);
      for (const id of ids) this.#apply(id, this.#decide(id));
    } while (deployments.advance(this));
    this.#launchDue();
    delays.keep([...store.apps(), ...tracker.standings().map(({ instance }) => instance.app)]);
  }

  #decide(id: string): Decision {
    const { store, tracker, deployments } = this.#options;
    const app = store.get(id);
    const standings = tracker.standings(id);
    if (app === undefined) return decideStop(standings);
    const state = deployments.stateOf(id);
    if (state === 'waiting' || state === 'StartApplication') return NOTHING;
    return state === 'RestartApplication' ? decideReplace(app, standings) : decideScale(app, standings);
  }

  #apply(id: string, { launch, retire }: Decision): void {
    const { store, tracker } = this.#options;
    for (const { instance } of retire) tracker.retire(instance.id);
    const app = store.get(id);
    if (app === undefined) return;
    for (let count = 0; count < launch; count += 1) tracker.add(app);
  }

  #launchDue(): void {
    const { tracker, delays, clock } = this.#options;
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const standing of tracker.standings()) {
      if (hasTask(standing)) continue;
      const app = this.#definitionFor(standing);
      const due = delays.until(app);
      if (due <= now) tracker.launch(standing.instance.id, app);
      else next = Math.min(next, due);
    }
    this.#wakeAt(next);
  }

  /** While an application waits for its turn in a deployment, its tasks stay what they were. */
  #definitionFor({ instance }: Standing) {
    const { store, deployments } = this.#options;
    const isWaiting = deployments.stateOf(instance.app.id) === 'waiting';
    return isWaiting ? instance.app : (store.get(instance.app.id) ?? instance.app);
  }

  #wakeAt(time: number): void {
    this.#alarm.abort(CALLED_OFF);
    if (!Number.isFinite(time)) return;
    this.#alarm = new AbortController();
    const { clock } = this.#options;
    clock.sleep(time - clock.now(), this.#alarm.signal).then(this.changed, () => {}); // called off
  }
}
