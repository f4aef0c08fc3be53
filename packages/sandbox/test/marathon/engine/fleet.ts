import type { App } from '../../../src/marathon/app/app.ts';
import type { Instance } from '../../../src/marathon/engine/instance.ts';
import type { Standing } from '../../../src/marathon/engine/standing.ts';
import { standing } from './standings.ts';

/** What can happen to a task; `killed`: by somebody who wants another one in its place. */
export interface Mishap {
  readonly what: 'launched' | 'up' | 'down' | 'died' | 'gone' | 'killed';
  readonly which: number;
}

const UP = { condition: 'Running', health: [{ alive: true, consecutiveFailures: 0, isFatal: false }] } as const;
const DOWN = { condition: 'Running', health: [{ alive: false, consecutiveFailures: 1, isFatal: false }] } as const;
const STARTED = { condition: 'Running', health: [] } as const;
const IDLE = { condition: 'Scheduled', health: [] } as const;

/** Instances of an application without any engine: decisions are followed, and things happen to them. */
export class Fleet {
  standings: readonly Standing[];

  /** @param old whether each of the first tasks is up */
  constructor(app: App, old: readonly boolean[]) {
    this.standings = old.map((isUp) => standing(app, isUp ? UP : DOWN));
  }

  add(app: App): void {
    this.standings = [...this.standings, standing(app, IDLE)];
  }

  retire(one: Standing): void {
    if (one.instance.condition === 'Scheduled') this.#remove(one);
    else this.#become(one, { condition: 'Killing' }, true);
  }

  happen({ what, which }: Mishap): void {
    const possible = this.standings.filter(({ instance }) => POSSIBLE[what].includes(instance.condition));
    const one = possible[which % Math.max(1, possible.length)];
    if (one === undefined) return;
    if (what === 'gone' || what === 'died') this.#end(one);
    else this.#become(one, { launched: STARTED, up: UP, down: DOWN, killed: { condition: 'Killing' as const } }[what]);
  }

  /** Everything is launched that waits, and comes up if `which` says so; what is being killed is gone. */
  goWell(which: (one: Standing) => boolean): void {
    for (const one of this.standings) {
      if (one.instance.condition === 'Killing') this.#end(one);
      else if (which(one)) this.#become(one, UP);
    }
  }

  launchAll(): void {
    for (const one of this.standings) {
      if (one.instance.condition === 'Killing') this.#end(one);
      else if (one.instance.condition === 'Scheduled') this.#become(one, STARTED);
    }
  }

  #end(one: Standing): void {
    if (one.isLeaving) this.#remove(one);
    else this.#become(one, IDLE);
  }

  #become(one: Standing, change: Partial<Instance>, isLeaving = one.isLeaving): void {
    const next = { ...one, isLeaving, instance: { ...one.instance, ...change } };
    this.standings = this.standings.map((each) => (each === one ? next : each));
  }

  #remove(one: Standing): void {
    this.standings = this.standings.filter((each) => each !== one);
  }
}

const POSSIBLE: Readonly<Record<Mishap['what'], readonly string[]>> = {
  launched: ['Scheduled'],
  up: ['Running'],
  down: ['Running'],
  died: ['Running'],
  gone: ['Killing'],
  killed: ['Running'],
};
