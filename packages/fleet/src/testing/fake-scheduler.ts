import { isDeepStrictEqual } from 'node:util';
import { DEFAULT_NAMESPACE, OchoError, settleOrAbort } from 'ochopod-core';

import {
  type Application,
  type ApplicationCopy,
  type ApplicationSpec,
  type ApplicationVersion,
  type Change,
  type ChangeOptions,
  isOwnLabel,
  type PastVersion,
  type Scheduler,
  type Task,
  type TaskFailure,
} from '../scheduler/index.ts';

import { CRASH_LOOP, type FakePod, fakePod } from './fake-pods.ts';

/** How the containers of an image behave in a fake world. */
export type Fate = 'runs' | 'stays stopped' | 'dies' | 'crash loop' | 'never starts' | 'no pod' | 'ends';

export interface FakeSchedulerOptions {
  /** What becomes of the tasks of this image, one after the other; the last goes for all that follow. Default: it runs. */
  readonly fates?: Readonly<Record<string, Fate | readonly Fate[]>>;
  /** Applications that a foreign deployment has locked, until somebody forces it. */
  readonly locked?: readonly string[];
  readonly outage?: OchoError;
  /** Why it finds no place for what is to start. */
  readonly unplaced?: string;
  /** Hears what it is told to change, before it does so. */
  readonly onTold?: (what: string) => void;
}

function withoutOurs(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !isOwnLabel(name)));
}

interface Kept {
  spec: ApplicationSpec;
  version: string;
  tasks: Task[];
  history: ApplicationVersion[];
  /** What changed it last: under way for as long as one of its tasks starts. */
  change: string;
  lastFailure: TaskFailure | undefined;
}

/**
 * A scheduler in memory whose tasks register pods at once, in `pods`. Deployments are done when all their tasks run:
 * one with a task that does not never ends, and locks its application meanwhile.
 */
export class FakeScheduler implements Scheduler {
  /** What it was told to change, in order: `scale web 3`. */
  readonly told: string[] = [];
  readonly pods: FakePod[] = [];
  readonly #options: FakeSchedulerOptions;
  readonly #kept = new Map<string, Kept>();
  readonly #seqs = new Map<string, number>();
  readonly #launched = new Map<string, number>();
  /** Tasks that end by themselves as soon as somebody looks. */
  readonly #ending = new Set<string>();
  readonly #waiting = new Set<() => void>();
  #count = 0;

  constructor(options: FakeSchedulerOptions = {}) {
    this.#options = options;
  }

  list = async () => {
    this.#mayFail();
    return [...this.#kept.keys()].sort().map((id) => this.#application(id));
  };
  get = async (id: string) => {
    this.#mayFail();
    const kept = this.#kept.get(id);
    if (kept !== undefined) this.#endThoseThatEnd(kept);
    return kept === undefined ? undefined : this.#application(id);
  };
  versionsLikeNow = async (id: string) => {
    const kept = this.#kept.get(id);
    const { instances: _size, ...now } = kept?.spec ?? { instances: 0 };
    const same = kept?.history.filter(({ definition: { instances: _own, ...each } }) => isDeepStrictEqual(each, now));
    return same?.map(({ version }) => version) ?? [];
  };
  isAlready = async (id: string, wanted: ApplicationSpec) => {
    const { spec } = this.#keptOf(id);
    return isDeepStrictEqual(
      { ...spec, labels: withoutOurs(spec.labels) },
      { ...wanted, labels: withoutOurs(wanted.labels) },
    );
  };
  whyUnplaced = async () => this.#options.unplaced;
  preview = async (spec: ApplicationSpec) => ({ ...spec });

  create = async (spec: ApplicationSpec, options: ChangeOptions) => {
    const isTaken = this.#kept.has(spec.id);
    await this.#begin(`create ${spec.id}`, spec.id, { ...options, force: options.force || isTaken });
    if (isTaken) throw new OchoError(`there is ${spec.id} already`, { code: 'CONFLICT' });
    this.#kept.set(spec.id, { spec, version: '', tasks: [], history: [], change: '', lastFailure: undefined });
    return this.#become(spec.id, spec);
  };
  copy = async (id: string, { labels, ...copy }: ApplicationCopy, options: ChangeOptions) => {
    const { spec, version } = this.#keptOf(id);
    const { ifVersion = version, ...rest } = options;
    if (ifVersion !== version) throw new OchoError(`${id} has version ${version}`, { code: 'CONFLICT' });
    return this.create({ ...spec, ...copy, labels: { ...spec.labels, ...labels } }, rest);
  };
  replace = async (id: string, spec: ApplicationSpec, options: ChangeOptions) => {
    await this.#begin(`replace ${id}`, id, options);
    this.#end(this.#keptOf(id).tasks.map((task) => task.id));
    return this.#become(id, { ...spec, id });
  };
  setImage = async (id: string, image: string, options: ChangeOptions) => {
    await this.#begin(`image ${id} ${image}`, id, options);
    const { spec, tasks } = this.#keptOf(id);
    this.#end(tasks.map((task) => task.id));
    return this.#become(id, { ...spec, image });
  };
  scale = async (id: string, instances: number, options: ChangeOptions) => {
    await this.#begin(`scale ${id} ${instances}`, id, options);
    const { spec, tasks } = this.#keptOf(id);
    this.#end(tasks.slice(instances).map((task) => task.id));
    return this.#become(id, { ...spec, instances });
  };
  removeTasks = async (id: string, doomed: readonly string[], options: ChangeOptions) => {
    await this.#begin(`remove ${doomed.join(' ')}`, id, options);
    const { spec } = this.#keptOf(id);
    this.#end(doomed);
    return this.#become(id, { ...spec, instances: this.#keptOf(id).tasks.length });
  };
  delete = async (id: string, options: ChangeOptions) => {
    await this.#begin(`delete ${id}`, id, options);
    this.#end(this.#keptOf(id).tasks.map((task) => task.id));
    this.#kept.delete(id);
    this.#wake();
    return this.#change(id, '');
  };
  versions = async (id: string) => [...this.#keptOf(id).history].reverse();
  rollback = async (id: string, version: string, options: ChangeOptions) => {
    await this.#begin(`rollback ${id} ${version}`, id, options);
    const found = this.#keptOf(id).history.find((each) => each.version === version);
    if (found === undefined) throw new OchoError(`${id} has no version ${version}`, { code: 'NOT_FOUND' });
    this.#end(this.#keptOf(id).tasks.map((task) => task.id));
    return this.#become(id, found.definition as unknown as ApplicationSpec);
  };
  restore = async (id: string, { version, labels }: PastVersion, options: ChangeOptions) => {
    await this.#begin(`restore ${id} ${version.version}`, id, options);
    const { spec, tasks } = this.#keptOf(id);
    this.#end(tasks.map((task) => task.id));
    const past = version.definition as unknown as ApplicationSpec;
    return this.#become(id, { ...past, id, instances: spec.instances, labels: { ...past.labels, ...labels } });
  };
  undo = async ({ id, application }: Change, options: ChangeOptions) => {
    await this.#begin(`undo ${application}`, application, { ...options, force: true });
    if (this.#underWay(application) !== id) throw new OchoError(`there is no deployment ${id}`, { code: 'NOT_FOUND' });
    const [, before] = [...this.#keptOf(application).history].reverse();
    const forced = { ...options, force: true };
    if (before !== undefined) return this.rollback(application, before.version, forced);
    return this.delete(application, forced);
  };
  untilDone = ({ id, application }: Change, signal: AbortSignal) =>
    this.#until(() => this.#underWay(application) !== id, signal);
  /** Says nothing: whoever relies on being told alone is late. */
  watch = () => {};
  close = () => {};

  #become(id: string, spec: ApplicationSpec): Change {
    const kept = this.#keptOf(id);
    this.#count += 1;
    const version = `2026-01-01T00:00:00.${String(this.#count).padStart(3, '0')}Z`;
    Object.assign(kept, { spec, version });
    const { image, instances, env, labels } = spec;
    kept.history.push({ version, image, instances, env, labels, definition: { ...spec } });
    while (kept.tasks.length < instances) this.#launch(kept);
    const change = this.#change(id, version);
    kept.change = change.id;
    this.#wake();
    return change;
  }

  #launch({ spec, version, tasks }: Kept): void {
    this.#count += 1;
    const id = `${spec.id}.task-${this.#count}`;
    const fate = this.#fateOf(spec.image);
    const startedAt = `2026-01-02T00:00:00.${String(this.#count).padStart(3, '0')}Z`;
    const state = fate === 'never starts' ? 'starting' : 'running';
    tasks.push({ id, host: 'node-1', state, healthy: undefined, version, startedAt });
    if (fate === 'ends') this.#ending.add(id);
    if (fate === 'never starts' || fate === 'no pod' || fate === 'ends') return;
    const cluster = `${spec.env['ochopod_namespace'] ?? DEFAULT_NAMESPACE}.${spec.env['ochopod_cluster']}`;
    const seq = this.#seqs.get(cluster) ?? 0;
    this.#seqs.set(cluster, seq + 1);
    const pod = fakePod(`${cluster} #${seq}`, {
      habit: fate === 'dies' ? 'dead' : 'obeys',
      ...(fate === 'stays stopped' && { info: { process: 'stopped' } }),
      ...(fate === 'crash loop' && { info: CRASH_LOOP }),
    });
    const registration = { ...pod.registration, task: id, application: spec.id };
    this.pods.push({ ...pod, registration, info: { ...pod.info, task: id, application: spec.id } });
  }

  #endThoseThatEnd(kept: Kept): void {
    const ended = kept.tasks.filter(({ id }) => this.#ending.has(id));
    const [last] = ended;
    if (last === undefined) return;
    kept.lastFailure = { task: last.id, version: last.version, why: 'TASK_FAILED: Command exited with status 3' };
    this.#end(ended.map(({ id }) => id));
    while (kept.tasks.length < kept.spec.instances) this.#launch(kept);
  }

  #fateOf(image: string): Fate {
    const fates = [this.#options.fates?.[image] ?? 'runs'].flat();
    const launched = this.#launched.get(image) ?? 0;
    this.#launched.set(image, launched + 1);
    return fates[launched] ?? fates.at(-1) ?? 'runs';
  }

  #end(doomed: readonly string[]): void {
    for (const kept of this.#kept.values()) kept.tasks = kept.tasks.filter(({ id }) => !doomed.includes(id));
    for (const id of doomed) {
      const at = this.pods.findIndex(({ registration }) => registration.task === id);
      if (at >= 0) this.pods.splice(at, 1);
    }
  }

  async #begin(what: string, id: string, { force, ifVersion, onBlocked, signal }: ChangeOptions): Promise<void> {
    this.#mayFail();
    const present = this.#kept.get(id)?.version ?? ifVersion;
    if (ifVersion !== undefined && present !== ifVersion) {
      throw new OchoError(`${id} has version ${present}, and not ${ifVersion}`, { code: 'CONFLICT' });
    }
    this.told.push(what);
    this.#options.onTold?.(what);
    if (force) return;
    if (this.#options.locked?.includes(id)) {
      onBlocked?.('deployment-0');
      throw new OchoError('deployment deployment-0 is under way and did not end in time', { code: 'CONFLICT' });
    }
    const blocker = this.#underWay(id);
    if (blocker === undefined) return;
    onBlocked?.(blocker);
    await this.#until(() => this.#underWay(id) === undefined, signal);
  }

  /** The change of an application that is not done yet. */
  #underWay(id: string): string | undefined {
    const kept = this.#kept.get(id);
    return kept?.tasks.some(({ state }) => state === 'starting') ? kept.change : undefined;
  }

  #until(isSo: () => boolean, signal: AbortSignal): Promise<void> {
    return settleOrAbort<void>([signal], ({ resolve }) => {
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve(undefined);
      };
      this.#waiting.add(look);
      look();
      return () => this.#waiting.delete(look);
    });
  }

  #wake(): void {
    for (const look of this.#waiting) look();
  }

  #mayFail(): void {
    if (this.#options.outage !== undefined) throw this.#options.outage;
  }

  #keptOf(id: string): Kept {
    const kept = this.#kept.get(id);
    if (kept === undefined) throw new OchoError(`there is no application ${id}`, { code: 'NOT_FOUND' });
    return kept;
  }

  #application(id: string): Application {
    const { spec, version, tasks, lastFailure } = this.#keptOf(id);
    const { image, instances, env, labels, health } = spec;
    const change = this.#underWay(id);
    const changes = change === undefined ? [] : [change];
    const isChecked = health !== undefined;
    return { id, image, instances, env, labels, version, tasks: [...tasks], changes, isChecked, lastFailure };
  }

  #change(application: string, version: string): Change {
    return { id: `deployment-${this.#count}`, application, version };
  }
}
