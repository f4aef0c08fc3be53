import type { ControlClient } from 'ochopod-core/control-client';

/** A client that is made when first used: commands that call nobody do not load it. */
export function lazyPods(create: () => Promise<ControlClient>): ControlClient {
  let created: Promise<ControlClient> | undefined;
  const client = () => (created ??= create());
  return {
    info: async (pod, options) => (await client()).info(pod, options),
    log: async (pod, question, options) => (await client()).log(pod, question, options),
    reset: async (pod, options) => (await client()).reset(pod, options),
    exec: async (pod, call, options) => (await client()).exec(pod, call, options),
    control: async (pod, call, options) => (await client()).control(pod, call, options),
    close: () => {
      created?.then(
        (made) => made.close(),
        () => {}, // never made: nothing to let go of
      );
    },
  };
}
