import { ManualClock } from 'ochopod-core/testing';

import { Callbacks } from '../../src/callbacks.ts';
import { SupervisingPod } from '../../src/lifecycle/pod.ts';
import { createLog } from '../../src/logging.ts';
import type { PodScript } from '../../src/script/pod-script.ts';
import type { ControlRequest } from '../../src/supervised-pod.ts';
import { FakeProcesses } from './fake-processes.ts';

/** What the wall clock shows when a test begins: noon of 31 January 2026, UTC. */
const EPOCH = 1_769_860_800_000;

/** A signal that never aborts. */
export const patience = new AbortController().signal;

/** A pod with fake processes on a clock that a test moves. */
export class PodUnderTest {
  readonly clock = new ManualClock();
  readonly processes = new FakeProcesses();
  readonly lines: string[] = [];
  readonly pod: SupervisingPod;

  constructor(script: Partial<PodScript> = {}, { startsOnItsOwn = true } = {}) {
    const log = createLog({ debug: true, write: (line) => this.lines.push(line) });
    const complete: PodScript = { configure: () => ({ command: ['serve'] }), ...script };
    this.pod = new SupervisingPod({
      script: complete,
      callbacks: new Callbacks({ script: complete, settings: { size: 3 }, clock: this.clock, log }),
      env: { PATH: '/bin' },
      spawn: this.processes.spawn,
      passOn: () => {},
      clock: this.clock,
      log,
      random: () => 0,
      startsOnItsOwn,
      wallTime: () => EPOCH + this.clock.now(),
    });
  }

  ask(task: ControlRequest['task'], payload?: unknown, signal = patience): Promise<unknown> {
    return this.pod.perform({ task, payload }, signal);
  }

  /** What the leader sends to configure. */
  on(view: object = viewOf(), signal = patience): Promise<unknown> {
    return this.ask('on', view, signal);
  }
}

export function viewOf(dependencies: Record<string, unknown> = {}): object {
  return { key: 'own', pods: { own: registrationOf(0) }, dependencies };
}

export function registrationOf(seq: number): object {
  return { ip: '10.0.0.1', port: '8080', ports: { 8080: 31_000 + seq }, seq, cluster: 'web', namespace: 'marathon' };
}
