import { type Clock, OchoError, onAbort, type Pod, type PodInfo, parseClusterName, podLabel } from 'ochopod-core';
import type { CallOptions, ControlClient, LogAnswer, LogQuestion } from 'ochopod-core/control-client';
import type { ListingProblem, LockHolder, PodListing } from 'ochopod-core/registry';

import type { Scheduler } from '../scheduler/index.ts';

/** How a fake pod takes what it is asked. */
type Habit = 'obeys' | 'refuses' | 'silent' | 'dead' | 'gone' | 'throws';

export interface FakePod extends Pod {
  readonly habit: Habit;
  readonly info: Partial<PodInfo>;
  readonly log: readonly string[];
  /** Answers its whole log, whatever it is asked for. */
  readonly isOld?: boolean;
  /** How long it takes to answer `info`. */
  readonly afterMs?: number;
  readonly exec: { readonly code: number; readonly stdout: readonly string[] };
  /** Its tools are ended before they are done, and have printed this. */
  readonly printsThenHangs?: readonly string[];
}

export interface FakeWorld {
  readonly pods: readonly FakePod[];
  readonly problems?: readonly ListingProblem[];
  /** Who holds every lock; nobody knows when it is left out. */
  readonly lock?: LockHolder;
  /** Clusters without a pod. */
  readonly empty?: readonly string[];
  readonly scheduler?: Scheduler;
  /** What else a listing says. */
  readonly listing?: Pick<PodListing, 'absent'>;
  /** ZooKeeper itself fails so. */
  readonly outage?: OchoError;
}

export function fakePod(label: string, given: Partial<Omit<FakePod, 'name' | 'seq'>> = {}): FakePod {
  const [cluster = '', number = ''] = label.split(' #');
  const seq = Number(number);
  return {
    name: parseClusterName(cluster),
    key: `key-of-${label}`,
    seq,
    registration: { ...REGISTRATION, ip: `10.0.0.${seq}`, ports: { 8080: 31_000 + seq, 6379: 32_000 + seq } },
    habit: 'obeys',
    info: {},
    log: ['one\n', 'two\n', 'three\n'],
    exec: { code: 0, stdout: ['hello'] },
    ...given,
  };
}

const REGISTRATION = {
  ...{ cluster: '', namespace: '', application: '', task: '', node: 'node-1', public: '203.0.113.7', port: '8080' },
};

/** What a pod says whose process fails again and again. */
export const CRASH_LOOP: Partial<PodInfo> = {
  process: 'stopped',
  restarts: 3,
  trouble: 'crash loop: 3 failures in a row, the last: exited with code 3',
  failing: { count: 3, since: '2026-01-31T12:00:00.000Z', loop: true },
  lastEnd: {
    ...{ how: 'crashed', why: 'exited with code 3', at: '2026-01-31T12:00:00.000Z', code: 3 },
    ...{ stdout: [], stderr: ['cannot bind to port 80'] },
  },
};

/** Pods in memory. A silent one answers nothing until its time is up or it is told to stop waiting. */
export class FakePods implements ControlClient {
  /** What was asked, in order: `on demo.web #1`. */
  readonly asked: string[] = [];
  readonly execCalls: unknown[] = [];
  readonly logQuestions: LogQuestion[] = [];
  readonly #kills = new Map<string, number>();
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  info = async (pod: Pod, options: CallOptions): Promise<PodInfo> => {
    const { afterMs = 0 } = pod as FakePod;
    if (afterMs > 0) await this.#clock.sleep(Math.min(afterMs, options.timeoutMs), options.signal);
    if (afterMs > options.timeoutMs) throw new OchoError(`${podLabel(pod)} is late`, { code: 'TIMEOUT' });
    return this.#answer(pod, { what: 'info', options, evenDead: true }, (fake) => ({ ...infoOf(fake), ...fake.info }));
  };
  log: ControlClient['log'] = (pod, question, options) =>
    this.#answer(pod, { what: 'log', options, evenDead: true }, (fake) => {
      this.logQuestions.push(question);
      return fake.isOld ? { lines: [...fake.log], cursor: undefined, missed: 0 } : logOf(fake, question);
    });
  reset = (pod: Pod, options: CallOptions) => this.#answer(pod, { what: 'reset', options }, () => undefined);
  exec: ControlClient['exec'] = (pod, call, options) =>
    this.#answer(pod, { what: 'exec', options }, ({ exec, printsThenHangs: stdout }) => {
      this.execCalls.push(call);
      if (stdout !== undefined) throw new OchoError('not done in time', { code: 'TIMEOUT', details: { stdout } });
      return exec;
    });
  control: ControlClient['control'] = (pod, { task, payload }, options) =>
    this.#answer<unknown>(pod, { what: task, options }, () => {
      if (task === 'signal') return { got: payload ?? null };
      if (task !== 'kill') return {};
      const kills = (this.#kills.get(pod.key) ?? 0) + 1;
      this.#kills.set(pod.key, kills);
      if (kills > 1) throw dead(pod);
      return {};
    });
  close = () => {};

  async #answer<T>(pod: Pod, { what, options, evenDead }: Asked, answer: (fake: FakePod) => T): Promise<T> {
    const fake = pod as FakePod;
    this.asked.push(`${what} ${podLabel(pod)}`);
    if (fake.habit === 'silent') await neverAnswer(pod, options);
    if (fake.habit === 'gone') throw new OchoError(`${podLabel(pod)} cannot be reached`, { code: 'UNREACHABLE' });
    if (fake.habit === 'throws') throw new OchoError('the callback threw', { code: 'POD_FAILED' });
    if (evenDead) return answer(fake);
    if (fake.habit === 'dead') throw dead(pod);
    if (fake.habit === 'refuses') throw new OchoError('not configured yet', { code: 'POD_REFUSED' });
    return answer(fake);
  }
}

interface Asked {
  readonly what: string;
  readonly options: CallOptions;
  readonly evenDead?: boolean;
}

const DONE = { how: 'done', why: 'exited with code 0', at: '2026-01-31T12:00:00.000Z' } as const;

function logOf({ key, log }: FakePod, { lines = log.length, from }: LogQuestion): LogAnswer {
  const first = from === undefined ? Math.max(0, log.length - lines) : Number(from.split(':')[1]);
  return { lines: log.slice(first), cursor: `${key}:${log.length}`, missed: 0 };
}

function infoOf(fake: FakePod): PodInfo {
  const process = fake.habit === 'dead' ? 'dead' : 'running';
  const { application, ip, node, port, ports, public: publicIp, task } = fake.registration;
  return {
    ...{ application, ip, node, port, ports, public: publicIp, task },
    ...{ dependencies: [], metrics: { load: fake.seq }, process, state: 'follower', status: '' },
    ...(process === 'dead' && { died: DONE }),
  };
}

function dead(pod: Pod): OchoError {
  return new OchoError(`${podLabel(pod)} is dead`, { code: 'POD_DEAD' });
}

/** As unhelpful as a pod that accepts the connection and says nothing; the real client gives up by itself. */
function neverAnswer(pod: Pod, { signal }: CallOptions): Promise<never> {
  return new Promise((_resolve, reject) => {
    const forget = onAbort(signal, () => reject(signal.reason));
    setImmediate(() => {
      forget();
      reject(signal.aborted ? signal.reason : new OchoError(`${podLabel(pod)} is late`, { code: 'TIMEOUT' }));
    });
  });
}
