import { OchoError } from 'ochopod-core';

/** What is written next: records that go together, or something that must stand between two writes. */
type Job = Batch | Errand;

interface Batch {
  readonly kind: 'batch';
  readonly records: Uint8Array[];
  readonly settled: PromiseWithResolver<void>;
}

interface Errand {
  readonly kind: 'errand';
  run(): Promise<void>;
  refuse(error: OchoError): void;
}

interface PromiseWithResolver<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: OchoError): void;
}

/**
 * One write at a time; what is appended meanwhile goes together into the next. After the first that fails it refuses
 * everything, what waits included.
 */
export class WriteQueue {
  readonly #write: (records: readonly Uint8Array[]) => Promise<void>;
  readonly #explain: (cause: unknown) => OchoError;
  readonly #jobs: Job[] = [];
  #running: Promise<void> | undefined;
  #refusal: OchoError | undefined;

  /** @param explain what those are told who appended what could not be written */
  constructor(write: (records: readonly Uint8Array[]) => Promise<void>, explain: (cause: unknown) => OchoError) {
    this.#write = write;
    this.#explain = explain;
  }

  /** @returns the same promise for all that are written together */
  append(record: Uint8Array): Promise<void> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const last = this.#jobs.at(-1);
    if (last?.kind === 'batch') {
      last.records.push(record);
      return last.settled.promise;
    }
    const batch: Batch = { kind: 'batch', records: [record], settled: withResolver<void>() };
    this.#enqueue(batch);
    return batch.settled.promise;
  }

  /** Do this when everything appended so far is written, and before anything that is appended from now on. */
  run<T>(errand: () => Promise<T>): Promise<T> {
    if (this.#refusal !== undefined) return Promise.reject(this.#refusal);
    const settled = withResolver<T>();
    const run = async () => settled.resolve(await errand());
    this.#enqueue({ kind: 'errand', run, refuse: settled.reject });
    return settled.promise;
  }

  /** Resolve when everything is written or refused; nothing more is taken. */
  async close(): Promise<void> {
    const running = this.#running;
    this.#refusal ??= new OchoError('the log is closed', { code: 'INTERRUPTED' });
    await running;
  }

  #enqueue(job: Job): void {
    this.#jobs.push(job);
    this.#running ??= this.#work();
  }

  async #work(): Promise<void> {
    // So that what is appended in one go is written in one go.
    await Promise.resolve();
    for (let job = this.#jobs.shift(); job !== undefined; job = this.#jobs.shift()) {
      try {
        await this.#do(job);
      } catch (cause) {
        this.#refuseAll(this.#explain(cause), job);
      }
    }
    this.#running = undefined;
  }

  async #do(job: Job): Promise<void> {
    if (job.kind === 'errand') return job.run();
    await this.#write(job.records);
    job.settled.resolve();
  }

  #refuseAll(error: OchoError, failed: Job): void {
    this.#refusal = error;
    for (const job of [failed, ...this.#jobs.splice(0)]) {
      if (job.kind === 'errand') job.refuse(error);
      else job.settled.reject(error);
    }
  }
}

function withResolver<T>(): PromiseWithResolver<T> {
  let [resolve, reject]: [(value: T) => void, (error: OchoError) => void] = [() => undefined, () => undefined];
  const promise = new Promise<T>((onResolve, onReject) => {
    [resolve, reject] = [onResolve, onReject];
  });
  return { promise, resolve, reject };
}
