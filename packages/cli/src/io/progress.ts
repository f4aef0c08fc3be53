import type { Clock } from 'ochopod-core';
import type { Awaited, Progress } from 'ochopod-fleet';

import type { Io } from '../context.ts';

/** On a terminal one line that changes; anywhere else a new line now and then, so that no log goes silent. */
const TTY_EVERY_MS = 1000;
const LINE_EVERY_MS = 20_000;
const MOST_NAMES = 5;

export function createProgress({
  io,
  clock,
}: {
  readonly io: Pick<Io, 'err' | 'status'>;
  readonly clock: Clock;
}): Progress {
  const everyMs = io.err.isTty ? TTY_EVERY_MS : LINE_EVERY_MS;
  const tell = (text: string) => (io.err.isTty ? io.status([text]) : io.err.line(text));
  return {
    watch: (awaited, signal) => {
      const watching = async () => {
        for (;;) {
          await clock.sleep(everyMs, signal);
          tell(awaitedText(awaited()));
        }
      };
      // Ends with the signal, which is no failure.
      watching().catch(() => io.status(undefined));
    },
  };
}

export function awaitedText({ expected, missing, done = 'answered' }: Awaited): string {
  const named = missing.slice(0, MOST_NAMES).join(', ');
  const more = missing.length > MOST_NAMES ? ` and ${missing.length - MOST_NAMES} more` : '';
  return `${expected - missing.length} of ${expected} ${done}, waiting for ${named}${more}`;
}
