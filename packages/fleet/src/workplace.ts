import type { Clock, ClusterName } from 'ochopod-core';
import type { ControlClient } from 'ochopod-core/control-client';
import type { LockHolder, PodListing } from 'ochopod-core/registry';

/** What operations work with. */
export interface Workplace {
  readonly registry: PodRegistry;
  readonly pods: ControlClient;
  readonly files: ReadableFiles;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Hears, while a command waits, who is still awaited. */
  readonly progress: Progress;
  /** Says something beside the result. */
  warn(text: string): void;
}

export interface Progress {
  /** Called again and again until `signal` aborts; `awaited` tells each time who is missing. */
  watch(awaited: () => Awaited, signal: AbortSignal): void;
}

export interface Awaited {
  readonly expected: number;
  readonly missing: readonly string[];
  /** What is awaited of them. Default: answered. */
  readonly done?: string;
}

export interface PodRegistry {
  listPods(patterns: readonly string[], signal: AbortSignal): Promise<PodListing>;
  /** Who holds the lock of a cluster, as ZooKeeper says. */
  whoLeads(cluster: ClusterName, signal: AbortSignal): Promise<LockHolder>;
  /**
   * Be told whenever the members of a cluster or its configuration change, until `signal` aborts: a hint to look again,
   * which also comes when the session was lost. Never rejects.
   */
  watch(cluster: ClusterName, onChange: () => void, signal: AbortSignal): void;
}

/** Files of whoever works here. */
export interface ReadableFiles {
  /** @throws {OchoError} `NOT_FOUND`, `DENIED`, `INVALID_INPUT` for a directory */
  read(path: string): Promise<Uint8Array>;
  isFile(path: string): Promise<boolean>;
}
