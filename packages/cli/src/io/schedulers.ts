import type { Clock } from 'ochopod-core';
import { OchoError } from 'ochopod-core';
import type { Credentials, Scheduler } from 'ochopod-fleet/scheduler';

import type { LocalFiles, SchedulerTarget } from '../context.ts';
import { lazyScheduler } from './lazy-scheduler.ts';

export interface SchedulersOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly files: Pick<LocalFiles, 'read'>;
  readonly clock: Clock;
}

/** Schedulers by where they are; all of them are Marathons so far. */
export class Schedulers {
  readonly #options: SchedulersOptions;
  readonly #made: Scheduler[] = [];

  constructor(options: SchedulersOptions) {
    this.#options = options;
  }

  of(target: SchedulerTarget): Scheduler {
    const scheduler = lazyScheduler(async () => {
      const { MarathonScheduler, parseMasters } = await import('ochopod-fleet/scheduler');
      const { clock, files } = this.#options;
      const credentials = await this.#credentials(target);
      const ca = target.caFile === undefined ? undefined : text(await files.read(target.caFile));
      return new MarathonScheduler({
        masters: parseMasters(target.masters),
        clock,
        random: Math.random,
        ...(credentials !== undefined && { credentials }),
        ...(ca !== undefined && { ca }),
      });
    });
    this.#made.push(scheduler);
    return scheduler;
  }

  close(): void {
    for (const scheduler of this.#made) scheduler.close();
  }

  /** Never by flags: everybody on this machine can read those. */
  async #credentials({ tokenFile }: SchedulerTarget): Promise<Credentials | undefined> {
    const { env, files } = this.#options;
    if (tokenFile !== undefined) return { token: text(await files.read(tokenFile)).trim() };
    const { MARATHON_TOKEN: token = '', MARATHON_USER: user = '', MARATHON_PASSWORD: password = '' } = env;
    if (token !== '') return { token };
    if (user === '' && password === '') return undefined;
    if (user !== '' && password !== '') return { user, password };
    throw new OchoError('of MARATHON_USER and MARATHON_PASSWORD only one is set', {
      code: 'INVALID_INPUT',
      hint: 'Set both, or neither.',
    });
  }
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');
