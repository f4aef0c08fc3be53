import { setTimeout as delay } from 'node:timers/promises';
import { type Pod, systemClock } from 'ochopod-core';
import { createControlClient } from 'ochopod-core/control-client';
import { listPods } from 'ochopod-core/registry';
import { connectSession } from 'ochopod-core/zookeeper';

import type { FleetStage } from './fleet-stage.ts';

/** Much less than a pod takes to start or to end: without it, looking would cost more than what is looked at. */
const BREATH_MS = 20;

/** How many pods of a cluster ran in each of many moments. */
export interface Sampler extends AsyncDisposable {
  readonly samples: readonly number[];
}

/** Count the running pods of a cluster, again and again until it is disposed of. */
export async function sampleRunning(stage: FleetStage, cluster: string): Promise<Sampler> {
  const { zookeeper: servers } = await stage.json('sandbox', 'status');
  const stop = new AbortController();
  const { signal } = stop;
  const options = { servers, sessionTimeoutMs: 10_000, connectTimeoutMs: 5000, clock: systemClock };
  const session = await connectSession(options, signal);
  const control = createControlClient({ clock: systemClock });
  const samples: number[] = [];

  const runs = async (pod: Pod) => {
    const info = await control.info(pod, { timeoutMs: 5000, signal }).catch(() => undefined); // gone, or going
    return info?.process === 'running';
  };
  /**
   * One after the other in the order of seq, and then those that came meanwhile: whoever takes the place of one that is
   * found down is asked after it, so that nobody is missed who ran.
   */
  const count = async () => {
    const asked = new Set<string>();
    let running = 0;
    for (let latest = await listed(); latest.length > 0; latest = await listed()) {
      for (const pod of latest) {
        asked.add(pod.key);
        if (await runs(pod)) running += 1;
      }
    }
    return running;
    async function listed() {
      return (await listPods(session, [cluster], signal)).pods.filter(({ key }) => !asked.has(key));
    }
  };
  const sampling = (async () => {
    for (;;) {
      samples.push(await count());
      await delay(BREATH_MS, undefined, { signal });
    }
  })().catch(() => {}); // its end

  return {
    samples,
    async [Symbol.asyncDispose]() {
      stop.abort(new Error('enough was seen'));
      await sampling;
      control.close();
      await session.close();
    },
  };
}
