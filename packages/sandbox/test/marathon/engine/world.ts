import { ManualClock, settle } from 'ochopod-core/testing';

import { createEngine } from '../../../src/marathon/engine/create-engine.ts';
import type { Engine } from '../../../src/marathon/engine/engine.ts';
import { EventBus, type MarathonEvent } from '../../../src/marathon/events/event-bus.ts';
import { FakeRunner, type FakeTask } from './fake-runner.ts';

/** 2026-01-01T00:00:00.000Z */
const BEGIN = 1_767_225_600_000;

/** An engine whose tasks and whose time a test moves. */
export class World {
  readonly clock = new ManualClock();
  readonly runner = new FakeRunner();
  readonly told: MarathonEvent[] = [];
  readonly engine: Engine;

  constructor() {
    const wallTime = () => BEGIN + this.clock.now();
    const events = new EventBus(() => '2026-01-01T00:00:00.000Z');
    events.listen((event) => this.told.push(event));
    this.engine = createEngine({ runner: this.runner, events, clock: this.clock, wallTime, slaveId: 'S0' });
  }

  /** Let everything happen that needs no time. */
  settle(): Promise<void> {
    return settle();
  }

  get tasks(): readonly FakeTask[] {
    return this.runner.alive();
  }

  /** The task at that place among those that are alive, oldest first. */
  task(index: number): FakeTask {
    const task = this.tasks[index];
    if (task === undefined) throw new Error(`only ${this.tasks.length} tasks are alive`);
    return task;
  }

  /** The types of what was told, but for how single tasks fared. */
  story(): readonly string[] {
    return this.told.map(({ eventType }) => eventType).filter((type) => !/^(instance|status|health)_/.test(type));
  }

  events(eventType: string): readonly MarathonEvent[] {
    return this.told.filter((event) => event.eventType === eventType);
  }
}

export const GENTLY = { force: false };
export const BY_FORCE = { force: true };
