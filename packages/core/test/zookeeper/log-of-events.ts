import { once } from 'node:events';
import type { Session } from '../../src/zookeeper/session.ts';

/** What `onEvent` was told, and a way to wait for it. */
export class LogOfEvents {
  readonly all: string[] = [];
  #changed: () => void = () => undefined;

  readonly onEvent = (event: string): void => {
    this.all.push(event);
    this.#changed();
  };

  /** Wait until `event` was told so many times in all. */
  async until(event: string, times = 1): Promise<void> {
    while (this.all.filter((told) => told.startsWith(event)).length < times) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}

/** Wait until the session is lost. */
export async function untilLost({ lost }: Session): Promise<unknown> {
  if (!lost.aborted) await once(lost, 'abort');
  return lost.reason;
}
