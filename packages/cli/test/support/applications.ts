import type { ApplicationSpec } from 'ochopod-fleet/scheduler';

import type { FakeScheduler } from 'ochopod-fleet/testing';

export const WEB = 'ochopod.demo.web-1';

interface Deployed {
  readonly image?: string;
  readonly instances?: number;
  readonly cluster?: string;
  readonly spec?: Partial<ApplicationSpec>;
}

/** Create an application whose pods make up `demo.<cluster>`; it is forgotten that this was asked for. */
export async function deploy(scheduler: FakeScheduler, id: string, deployed: Deployed = {}): Promise<void> {
  const { image = 'web:1', instances = 1, cluster = 'web', spec } = deployed;
  await scheduler.create({ ...EMPTY, id, image, instances, env: envOf(cluster), ...spec }, CHANGE);
  scheduler.told.length = 0;
}

/** Make it another version. */
export async function redeploy(scheduler: FakeScheduler, id: string, deployed: Deployed = {}): Promise<void> {
  const { image = 'web:1', instances = 1, cluster = 'web', spec } = deployed;
  await scheduler.replace(id, { ...EMPTY, id, image, instances, env: envOf(cluster), ...spec }, CHANGE);
  scheduler.told.length = 0;
}

export const CHANGE = { force: true, signal: new AbortController().signal };

const EMPTY = { labels: {}, ports: [], resources: {}, hostVolumes: [], constraints: [], verbatim: {} };

const envOf = (cluster: string) => ({ ochopod_cluster: cluster, ochopod_namespace: 'demo' });
