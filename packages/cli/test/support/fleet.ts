import type { ApplicationSpec, Change } from 'ochopod-fleet/scheduler';

import {
  type FakePod,
  FakeScheduler,
  type FakeSchedulerOptions,
  type FakeWorld,
  type Fate,
} from 'ochopod-fleet/testing';

export interface NewApplication {
  readonly id: string;
  readonly instances: number;
  readonly image?: string;
  readonly cluster?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Applications that run already, with their pods, and what the scheduler was told since. */
export interface Fleet extends FakeWorld {
  readonly scheduler: FakeScheduler;
  readonly pods: FakePod[];
  told(): readonly string[];
  /** The same with pods in the place of their tasks: `remove task #2`. */
  toldOfPods(): string[];
  /** Have a pod be otherwise from now on. */
  change(label: string, given: Partial<FakePod>): void;
}

/** @param fates by image; applications are of `acme/web:1` unless they say otherwise */
export async function fleet(
  applications: readonly NewApplication[],
  fates: Readonly<Record<string, Fate | readonly Fate[]>> = {},
  options: Omit<FakeSchedulerOptions, 'fates'> = {},
): Promise<Fleet> {
  const scheduler = new FakeScheduler({ ...options, fates });
  for (const application of applications) await deployed(scheduler, application);
  const before = scheduler.told.length;
  const told = () => scheduler.told.slice(before);
  const seqs = new Map(scheduler.pods.map(({ registration, seq }) => [registration.task, seq]));
  return {
    scheduler,
    pods: scheduler.pods,
    told,
    toldOfPods: () =>
      told().map((line) => line.replaceAll(/\S+\.task-\d+/g, (task) => `task #${seqs.get(task) ?? '?'}`)),
    change: (label, given) => {
      const at = scheduler.pods.findIndex(({ name, seq }) => `${name.namespace}.${name.cluster} #${seq}` === label);
      const pod = scheduler.pods[at];
      if (pod === undefined) throw new Error(`there is no ${label}`);
      scheduler.pods[at] = { ...pod, ...given };
    },
  };
}

function deployed(scheduler: FakeScheduler, given: NewApplication): Promise<Change> {
  const { id, instances, image = 'acme/web:1', cluster = 'web', env = {} } = given;
  const spec: ApplicationSpec = {
    ...{ id, instances, image, labels: {}, ports: [], resources: {}, hostVolumes: [], constraints: [], verbatim: {} },
    env: { ochopod_cluster: cluster, ochopod_namespace: 'demo', ...env },
  };
  return scheduler.create(spec, { force: true, signal: new AbortController().signal });
}
