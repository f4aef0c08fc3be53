import process from 'node:process';

import { startZooKeeper } from '../../scripts/zookeeper.mjs';
import { Observer } from './observer.ts';
import { type NewPod, PodProcess } from './pod-process.ts';

type Server = Awaited<ReturnType<typeof startZooKeeper>>;

/** A ZooKeeper, somebody who watches it, and pods; at the end nothing of it is left. */
export class Lab implements AsyncDisposable {
  readonly zookeeper: Server;
  readonly observer: Observer;
  readonly #pods = new Set<PodProcess>();
  #clusters = 0;

  static async open(): Promise<Lab> {
    const zookeeper = await startZooKeeper();
    return new Lab(zookeeper, await Observer.connect(`zk://127.0.0.1:${zookeeper.port}`));
  }

  private constructor(zookeeper: Server, observer: Observer) {
    this.zookeeper = zookeeper;
    this.observer = observer;
    process.once('exit', this.#killAll);
  }

  get zk(): string {
    return `zk://127.0.0.1:${this.zookeeper.port}`;
  }

  /** The name of a cluster that nobody else uses. */
  cluster(): string {
    this.#clusters += 1;
    return `bench.cluster${this.#clusters}`;
  }

  start(pod: Omit<NewPod, 'zkPort'>): PodProcess {
    const started = new PodProcess({ ...pod, zkPort: this.zookeeper.port });
    this.#pods.add(started);
    return started;
  }

  async end(pods: readonly PodProcess[]): Promise<void> {
    await Promise.all(pods.map((pod) => pod.end()));
    for (const pod of pods) this.#pods.delete(pod);
  }

  /** What the pods that still run have printed, for when something went wrong. */
  get output(): string {
    return [...this.#pods].map(({ pid, output }) => `pod ${pid}:\n${output}`).join('\n');
  }

  /** How many packets the server has taken from all clients so far. */
  async received(): Promise<number> {
    const [, received] = /Received: (\d+)/.exec(await this.zookeeper.fourLetterWord('srvr')) ?? [];
    return Number(received);
  }

  /** For an end before the end. */
  readonly #killAll = () => {
    for (const pod of this.#pods) pod.kill();
  };

  async [Symbol.asyncDispose](): Promise<void> {
    process.removeListener('exit', this.#killAll);
    await this.end([...this.#pods]);
    await this.observer.close();
    await this.zookeeper.stop();
  }
}
