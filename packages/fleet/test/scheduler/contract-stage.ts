import { setTimeout as delay } from 'node:timers/promises';

import type { Application, ApplicationSpec, Change, ChangeOptions, Scheduler } from '../../src/scheduler/index.ts';

/** What the contract needs of whoever implements it: a scheduler that runs nothing yet. */
export interface SchedulerUnderTest extends AsyncDisposable {
  readonly scheduler: Scheduler;
  /** Its tasks run. */
  readonly image: string;
  /** So do those of this one. */
  readonly another: string;
  /** What is to be said of an application whose change never ends. */
  readonly stuck: Partial<ApplicationSpec>;
}

/** One story: a scheduler that runs nothing yet, and what is done with it again and again. */
export class ContractStage implements AsyncDisposable {
  readonly under: SchedulerUnderTest;
  readonly scheduler: Scheduler;
  readonly options: ChangeOptions;
  readonly #ended = new AbortController();

  constructor(under: SchedulerUnderTest) {
    this.under = under;
    this.scheduler = under.scheduler;
    this.options = { force: false, signal: this.#ended.signal };
  }

  spec = (differing: Partial<ApplicationSpec> = {}): ApplicationSpec => {
    return {
      id: 'demo.web',
      image: this.under.image,
      instances: 1,
      ports: [],
      env: { COLOR: 'blue' },
      labels: { team: 'shop' },
      resources: { cpus: 0.1, mem: 16 },
      hostVolumes: [],
      constraints: [],
      verbatim: {},
      ...differing,
    };
  };

  created = async (differing: Partial<ApplicationSpec> = {}): Promise<Change> => {
    const change = await this.scheduler.create(this.spec(differing), this.options);
    await this.done(change);
    return change;
  };

  /** Fails rather than hangs, and says which change it was. */
  done = async (change: Change): Promise<void> => {
    const late = delay(20_000, undefined, { signal: this.#ended.signal }).then(() => {
      throw new Error(`change ${change.id} of ${change.application} is not done`);
    });
    late.catch(() => {}); // it is the test that ended first
    await Promise.race([this.scheduler.untilDone(change, this.#ended.signal), late]);
  };

  found = async (id: string): Promise<Application> => {
    const application = await this.scheduler.get(id, this.options.signal);
    if (application === undefined) throw new Error(`there is no ${id}`);
    return application;
  };

  tasksOf = async (id: string): Promise<string[]> => {
    return (await this.found(id)).tasks.map((task) => task.id);
  };

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort(new Error('the test is over'));
    await this.under[Symbol.asyncDispose]();
  }
}
