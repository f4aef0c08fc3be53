import type { Clock } from 'ochopod-core';
import type { Agent } from '../engine/agent.ts';
import type { Engine } from '../engine/engine.ts';
import type { EventBus } from '../events/event-bus.ts';

/** What the API shows and drives. */
export interface ApiOptions {
  readonly engine: Engine;
  readonly events: EventBus;
  readonly clock: Clock;
  /** How many may be open at once. */
  readonly connections: number;
  /** The machine that tasks run on. */
  readonly agent: Agent;
  /** What the server listens on, or is reached by: an address or a name. */
  readonly host: string;
  /** `host:port` by which clients reach the server; asked for once it listens. */
  readonly address: () => string;
}
