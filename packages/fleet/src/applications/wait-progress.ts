import type { Awaited, Progress } from '../workplace.ts';

/** One progress for waits that go on side by side: their sum is shown as if they were one. */
export function joined(progress: Progress): Progress {
  const waits = new Map<AbortSignal, () => Awaited>();
  let ended = new AbortController();
  const sum = (): Awaited => {
    const all = [...waits.values()].map((awaited) => awaited());
    const [first] = all;
    return {
      expected: all.reduce((count, { expected }) => count + expected, 0),
      missing: all.flatMap(({ missing }) => missing),
      ...(first?.done !== undefined && { done: first.done }),
    };
  };
  return {
    watch: (awaited, signal) => {
      if (waits.size === 0) {
        ended = new AbortController();
        progress.watch(sum, ended.signal);
      }
      waits.set(signal, awaited);
      signal.addEventListener(
        'abort',
        () => {
          waits.delete(signal);
          if (waits.size === 0) ended.abort(new Error('nobody is awaited any more'));
        },
        { once: true },
      );
    },
  };
}
