/**
 * Let callers share one look at something: each gets what was seen by a look that began after it asked, and there is
 * one at a time.
 */
export function shareLook<T>(look: () => Promise<T>): () => Promise<T> {
  let current: Promise<unknown> = Promise.resolve();
  let next: Promise<T> | undefined;
  const begin = () => {
    next = undefined;
    const looking = look();
    current = looking.catch(() => {}); // whoever shares it hears of that
    return looking;
  };
  return () => {
    next ??= current.then(begin);
    return next;
  };
}
