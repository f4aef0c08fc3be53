import { isOchoError } from 'ochopod-core';

import type { Application, Change, Scheduler } from '../scheduler/index.ts';

/** What a scheduler was asked to change and what it showed, kept for whoever is interrupted and must say what goes on. */
export class NotedChanges {
  /** Does the same as the one that it was made of; what goes through it is noted. */
  readonly scheduler: Scheduler;
  readonly #instances = new Map<string, number>();
  readonly #unanswered = new Set<string>();
  readonly #accepted = new Map<string, Change>();
  readonly #up = new Map<string, number>();

  constructor(scheduler: Scheduler) {
    this.scheduler = this.#noting(scheduler);
  }

  /** Of the change that was accepted last, or as it was seen since. @returns nothing when there is no such application */
  instancesOf(application: string): number | undefined {
    return this.#instances.get(application);
  }

  /** How many of its pods were up when somebody looked last; nothing when nobody has. */
  upOf(application: string): number | undefined {
    return this.#up.get(application);
  }

  sawUp(application: string, up: number): void {
    this.#up.set(application, up);
  }

  /** Whether a change was asked for, and nobody knows what became of it. */
  isUnanswered(application: string): boolean {
    return this.#unanswered.has(application);
  }

  /** The change that was accepted last, unless the scheduler was seen without it. */
  acceptedOf(application: string): Change | undefined {
    return this.#accepted.get(application);
  }

  #noting(scheduler: Scheduler): Scheduler {
    const now = (id: string) => this.#instances.get(id);
    return {
      list: async (signal) => this.#sawAll(await scheduler.list(signal)),
      get: async (id, signal) => this.#saw(id, await scheduler.get(id, signal)),
      preview: (spec, signal) => scheduler.preview(spec, signal),
      create: (spec, options) => this.#change(spec.id, scheduler.create(spec, options), () => spec.instances),
      copy: (id, copy, options) => this.#change(copy.id, scheduler.copy(id, copy, options), () => copy.instances),
      replace: (id, spec, options) => this.#change(id, scheduler.replace(id, spec, options), () => spec.instances),
      setImage: (id, image, options) => this.#change(id, scheduler.setImage(id, image, options), () => now(id)),
      scale: (id, instances, options) => this.#change(id, scheduler.scale(id, instances, options), () => instances),
      removeTasks: (id, tasks, options) =>
        this.#change(id, scheduler.removeTasks(id, tasks, options), () => Math.max(0, (now(id) ?? 0) - tasks.length)),
      delete: (id, options) => this.#change(id, scheduler.delete(id, options), () => undefined),
      versionsLikeNow: (id, signal) => scheduler.versionsLikeNow(id, signal),
      isAlready: (id, spec, signal) => scheduler.isAlready(id, spec, signal),
      whyUnplaced: (id, signal) => scheduler.whyUnplaced(id, signal),
      versions: (id, signal) => scheduler.versions(id, signal),
      rollback: (id, version, options) => this.#change(id, scheduler.rollback(id, version, options), () => now(id)),
      restore: (id, past, options) => this.#change(id, scheduler.restore(id, past, options), () => now(id)),
      undo: (change, options) =>
        this.#change(change.application, scheduler.undo(change, options), () => now(change.application)),
      untilDone: async (change, signal) => {
        await scheduler.untilDone(change, signal);
        if (this.#accepted.get(change.application)?.id === change.id) this.#accepted.delete(change.application);
      },
      watch: (onChange, signal) => scheduler.watch(onChange, signal),
      close: () => scheduler.close(),
    };
  }

  async #change(id: string, asked: Promise<Change>, instances: () => number | undefined): Promise<Change> {
    this.#unanswered.add(id);
    try {
      const change = await asked;
      this.#unanswered.delete(id);
      this.#accepted.set(id, change);
      this.#count(id, instances());
      return change;
    } catch (error) {
      // A refusal is an answer; whoever gave none may have begun all the same.
      if (isOchoError(error) && !isOchoError(error, 'INTERRUPTED', 'TIMEOUT', 'UNREACHABLE'))
        this.#unanswered.delete(id);
      throw error;
    }
  }

  #sawAll(applications: readonly Application[]): readonly Application[] {
    const known = new Set([...this.#instances.keys(), ...this.#accepted.keys(), ...this.#unanswered]);
    for (const { id } of applications) known.add(id);
    for (const id of known) {
      this.#saw(
        id,
        applications.find((each) => each.id === id),
      );
    }
    return applications;
  }

  #saw(id: string, application: Application | undefined): Application | undefined {
    const change = this.#accepted.get(id);
    if (change !== undefined && !application?.changes.includes(change.id)) this.#accepted.delete(id);
    this.#unanswered.delete(id);
    this.#count(id, application?.instances);
    return application;
  }

  #count(id: string, instances: number | undefined): void {
    if (instances === undefined) this.#instances.delete(id);
    else this.#instances.set(id, instances);
  }
}
