import type { Scheduler } from 'ochopod-fleet/scheduler';

/** A scheduler that is reached when first used: commands that change no application do not load its client. */
export function lazyScheduler(create: () => Promise<Scheduler>): Scheduler {
  let created: Promise<Scheduler> | undefined;
  const made = () => (created ??= create());
  return {
    list: async (signal) => (await made()).list(signal),
    get: async (id, signal) => (await made()).get(id, signal),
    preview: async (spec, signal) => (await made()).preview(spec, signal),
    create: async (spec, options) => (await made()).create(spec, options),
    copy: async (id, copy, options) => (await made()).copy(id, copy, options),
    replace: async (id, spec, options) => (await made()).replace(id, spec, options),
    setImage: async (id, image, options) => (await made()).setImage(id, image, options),
    scale: async (id, instances, options) => (await made()).scale(id, instances, options),
    removeTasks: async (id, tasks, options) => (await made()).removeTasks(id, tasks, options),
    delete: async (id, options) => (await made()).delete(id, options),
    versions: async (id, signal) => (await made()).versions(id, signal),
    rollback: async (id, version, options) => (await made()).rollback(id, version, options),
    restore: async (id, past, options) => (await made()).restore(id, past, options),
    undo: async (change, options) => (await made()).undo(change, options),
    versionsLikeNow: async (id, signal) => (await made()).versionsLikeNow(id, signal),
    isAlready: async (id, spec, signal) => (await made()).isAlready(id, spec, signal),
    whyUnplaced: async (id, signal) => (await made()).whyUnplaced(id, signal),
    untilDone: async (change, signal) => (await made()).untilDone(change, signal),
    watch: (onChange, signal) => {
      made().then(
        (scheduler) => scheduler.watch(onChange, signal),
        () => {}, // told to whoever asks it something
      );
    },
    close: () => {
      created?.then(
        (scheduler) => scheduler.close(),
        () => {}, // never made: nothing to let go of
      );
    },
  };
}
