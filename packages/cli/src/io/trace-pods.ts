import { type Clock, messageOf, type Pod, podLabel } from 'ochopod-core';
import type { ControlClient } from 'ochopod-core/control-client';

export interface Tracing {
  readonly clock: Clock;
  say(text: string): void;
}

/** The same client, telling of each request and its answer; never what is in them. */
export function tracePods(pods: ControlClient, { clock, say }: Tracing): ControlClient {
  const traced = async <T>(pod: Pod, path: string, call: () => Promise<T>): Promise<T> => {
    const started = clock.now();
    const after = () => `${Math.round(clock.now() - started)} ms`;
    say(`> POST ${path} to ${podLabel(pod)}`);
    try {
      const answer = await call();
      say(`< ${path} done by ${podLabel(pod)} after ${after()}`);
      return answer;
    } catch (error) {
      say(`< ${path} failed at ${podLabel(pod)} after ${after()}: ${messageOf(error)}`);
      throw error;
    }
  };
  return {
    info: (pod, options) => traced(pod, '/info', () => pods.info(pod, options)),
    log: (pod, question, options) => traced(pod, '/log', () => pods.log(pod, question, options)),
    reset: (pod, options) => traced(pod, '/reset', () => pods.reset(pod, options)),
    exec: (pod, call, options) => traced(pod, '/exec', () => pods.exec(pod, call, options)),
    control: (pod, call, options) => traced(pod, `/control/${call.task}`, () => pods.control(pod, call, options)),
    close: () => pods.close(),
  };
}
