import type { AgentSettings } from '../settings.ts';

/** What a binding found out about the place we run in. */
export interface Placement {
  /** Which binding it was, as others see it. */
  readonly fwk: string;
  /** Address that other pods use, IPv6 without brackets. */
  readonly ip: string;
  /** Address reachable from outside; may be empty. */
  readonly public: string;
  /** The host: its name, or its id where it has one. */
  readonly node: string;
  /** Container port to host port; holds the control port. */
  readonly ports: Readonly<Record<string, number>>;
}

/** The outside world, as far as bindings ask it. */
export interface Surroundings {
  readonly readText: (path: string) => Promise<string>;
  /** The address of a host: IPv4 where it has one. */
  readonly resolve: (host: string) => Promise<string>;
  readonly http: HttpGet;
  readonly hostname: string;
  /** Where EC2 answers for its machines. */
  readonly metadataEndpoint: string;
  /** Told what went wrong and was worked around. */
  readonly warn: (message: string) => void;
}

export type HttpGet = (request: HttpRequest) => Promise<{ readonly status: number; readonly body: string }>;

export interface HttpRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/**
 * Finds out where we are.
 *
 * @returns nothing when we are not where this binding is for
 */
export type Binding = (settings: AgentSettings, world: Surroundings) => Promise<Placement | undefined>;
