import type { Application, ApplicationCopy, ApplicationSpec, ApplicationVersion } from './application.ts';

/**
 * Whatever runs our containers, in our words: Marathon is the first.
 *
 * Every call retries what may be retried, within the life of its signal, and throws `OchoError`s: `NOT_FOUND` for an
 * unknown application, version or task, `CONFLICT` when another change is under way and stays so (`details.changes`
 * names it), `INVALID_INPUT` when it refuses what we send and says why, `DENIED` when it knows us not, `UNREACHABLE`
 * naming every address that was tried.
 */
export interface Scheduler extends SchedulerReader, SchedulerWriter {
  /** Let go of connections. */
  close(): void;
}

/** What can be looked at, and changes nothing. */
export interface SchedulerReader {
  /** All applications with their tasks, ordered by id. */
  list(signal: AbortSignal): Promise<readonly Application[]>;
  get(id: string, signal: AbortSignal): Promise<Application | undefined>;
  /** Newest first. */
  versions(id: string, signal: AbortSignal): Promise<readonly ApplicationVersion[]>;
  /** What would be sent to create it: the scheduler's own words. */
  preview(spec: ApplicationSpec, signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
  /**
   * The versions whose tasks are as an application has to be now: those that say the same, but for its size. The present one
   * is among them; none when there is no such application.
   */
  versionsLikeNow(id: string, signal: AbortSignal): Promise<readonly string[]>;
  /** Whether an application is what the spec says already, but for labels that begin with `ochopod_`. */
  isAlready(id: string, spec: ApplicationSpec, signal: AbortSignal): Promise<boolean>;
  /** Why nothing can be started for an application that wants more tasks, in words; nothing when no reason is known. */
  whyUnplaced(id: string, signal: AbortSignal): Promise<string | undefined>;
  /**
   * Wait until a change is done.
   *
   * @throws {OchoError} `POD_FAILED` when the scheduler gave it up, saying why; `signal.reason` when that aborts
   */
  untilDone(change: Change, signal: AbortSignal): Promise<void>;
  /**
   * Be told whenever something may have changed at these applications, until `signal` aborts. A hint to look again: events
   * may be lost while the connection is, which also counts as a change.
   */
  watch(onChange: () => void, signal: AbortSignal): void;
}

/** What can be changed. A change that was accepted goes on whether anybody waits or not. */
interface SchedulerWriter {
  /** @throws {OchoError} `CONFLICT` when there is such an application already */
  create(spec: ApplicationSpec, options: ChangeOptions): Promise<Change>;
  /**
   * Create another application like this one, but for what is given; both run.
   *
   * @throws {OchoError} `CONFLICT` when there is one of that id already
   */
  copy(id: string, copy: ApplicationCopy, options: ChangeOptions): Promise<Change>;
  /** Make an application what the spec says; it keeps its id. */
  replace(id: string, spec: ApplicationSpec, options: ChangeOptions): Promise<Change>;
  /** Change the image, and nothing else. */
  setImage(id: string, image: string, options: ChangeOptions): Promise<Change>;
  scale(id: string, instances: number, options: ChangeOptions): Promise<Change>;
  /** End exactly these tasks, and make their application smaller by as many; those that are gone already are passed over. */
  removeTasks(id: string, tasks: readonly string[], options: ChangeOptions): Promise<Change>;
  delete(id: string, options: ChangeOptions): Promise<Change>;
  rollback(id: string, version: string, options: ChangeOptions): Promise<Change>;
  /** Make an application what another one was, with these labels besides; it keeps its id and its size. */
  restore(id: string, past: PastVersion, options: ChangeOptions): Promise<Change>;
  /** Undo a change that is under way. @returns the change that undoes it */
  undo(change: Change, options: ChangeOptions): Promise<Change>;
}

export interface PastVersion {
  readonly version: ApplicationVersion;
  /** Added to those that it had. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ChangeOptions {
  /** Take over from another change that is under way, instead of waiting for it. */
  readonly force: boolean;
  /** Refuse, with `CONFLICT`, when the application has another version by then: somebody else has changed it. */
  readonly ifVersion?: string | undefined;
  /** Told once when another change is in the way, with its name. */
  readonly onBlocked?: (change: string) => void;
  readonly signal: AbortSignal;
}

/** A change that was accepted; it goes on whether anybody waits or not. */
export interface Change {
  /** The scheduler's name for it: a deployment of Marathon. Empty when it is over, and its answer was lost. */
  readonly id: string;
  readonly application: string;
  /** The version that it brings. */
  readonly version: string;
}
