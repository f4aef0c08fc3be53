import { rm } from 'node:fs/promises';

/** The directory of a task that has ended. */
export interface EndedTask {
  readonly appId: string;
  readonly directory: string;
}

/** How many directories of ended tasks are kept. */
export interface Keeping {
  readonly ofOneApp: number;
  readonly inAll: number;
}

/** Enough to see why the tasks of an application end, and for one that ends all the time not to fill the disk. */
const KEEPING: Keeping = { ofOneApp: 50, inAll: 1000 };

/** The directories of tasks that have ended: the latest of each application are kept, as Mesos does. */
export class EndedTasks {
  readonly #keeping: Keeping;
  /** The one that ended first comes first. */
  #ended: readonly EndedTask[] = [];

  constructor(keeping: Keeping = KEEPING) {
    this.#keeping = keeping;
  }

  /** Another one has ended. Resolves when the directory that has to go for it, if any, is gone. */
  async add(task: EndedTask): Promise<void> {
    const all = [...this.#ended, task];
    const oldest = this.#tooMuch(all, task);
    this.#ended = all.filter((each) => each !== oldest);
    if (oldest !== undefined) await rm(oldest.directory, { recursive: true, force: true });
  }

  #tooMuch(all: readonly EndedTask[], { appId }: EndedTask): EndedTask | undefined {
    const ofApp = all.filter((each) => each.appId === appId);
    if (ofApp.length > this.#keeping.ofOneApp) return ofApp[0];
    return all.length > this.#keeping.inAll ? all[0] : undefined;
  }
}
