import { ENDING_SIGNALS } from 'ochopod-core/process';

/** What may be passed on to the process; not SIGTERM, by which the agent itself is always told to stop. */
export const FORWARDABLE_SIGNALS = [
  'SIGHUP',
  'SIGINT',
  'SIGQUIT',
  'SIGUSR1',
  'SIGUSR2',
  'SIGWINCH',
  'SIGTTIN',
  'SIGTTOU',
  'SIGALRM',
  'SIGVTALRM',
  'SIGCONT',
  'SIGIO',
  'SIGPWR',
  'SIGURG',
] as const satisfies readonly NodeJS.Signals[];
export type ForwardableSignal = (typeof FORWARDABLE_SIGNALS)[number];

/**
 * Hears the signals that the agent is sent: those that end a program stop it in order, however often they come, but for
 * those that the author wants passed on to the process.
 */
export class HostSignals {
  readonly #host: Pick<NodeJS.Process, 'on'>;
  readonly #onStop: (signal: NodeJS.Signals) => void;
  readonly #forwarded = new Map<NodeJS.Signals, (signal: NodeJS.Signals) => void>();

  constructor(host: Pick<NodeJS.Process, 'on'>, onStop: (signal: NodeJS.Signals) => void) {
    this.#host = host;
    this.#onStop = onStop;
    for (const name of ENDING_SIGNALS) host.on(name, (signal) => this.#hear(signal));
    // Unheard it would open Node's debugger, to whoever reaches it.
    host.on('SIGUSR1', (signal) => this.#forwarded.get(signal)?.(signal));
  }

  /** Pass these on from now on. */
  forward(names: readonly ForwardableSignal[], to: (signal: NodeJS.Signals) => void): void {
    for (const name of names) {
      if (!HEARD.has(name) && !this.#forwarded.has(name)) this.#host.on(name, to);
      this.#forwarded.set(name, to);
    }
  }

  #hear(signal: NodeJS.Signals): void {
    const forward = this.#forwarded.get(signal);
    if (forward === undefined) this.#onStop(signal);
    else forward(signal);
  }
}

const HEARD: ReadonlySet<string> = new Set([...ENDING_SIGNALS, 'SIGUSR1']);
