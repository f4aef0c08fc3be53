import { ClusterView, isOchoError, messageOf, parseClusterName } from 'ochopod-core';
import { createControlClient } from 'ochopod-core/control-client';
import { connectSession } from 'ochopod-core/zookeeper';

import type { CoordinationDeps, CoordinationFactory, RunningCoordination } from '../agent.ts';
import { modelOf } from '../script/script-settings.ts';
import type { LeadershipSettings } from './conduct.ts';
import { Coordinator } from './coordinator.ts';
import type { ProbeOptions } from './probe-runner.ts';

/** How long to look for a server before saying that there is none, and looking again. */
const CONNECT_TIMEOUT_MS = 10_000;

/** Take a pod into its cluster: the production half in ZooKeeper. */
export const joinCluster: CoordinationFactory = (deps) => {
  const { script, registration, pod, servers, sessionTimeoutMs, clock, log, random } = deps;
  const control = createControlClient({ clock });
  const { seq: _assigned, ...fields } = registration;
  const coordinator = new Coordinator({
    name: parseClusterName(`${registration.namespace}.${registration.cluster}`),
    key: deps.key,
    fields,
    settings: leadershipSettings(script),
    connect: (signal) =>
      connectSession(
        {
          servers,
          sessionTimeoutMs,
          connectTimeoutMs: CONNECT_TIMEOUT_MS,
          clock,
          onEvent: (event) => log.info(`zookeeper: ${event}`),
        },
        signal,
      ),
    control,
    dead: pod.dead,
    died: () => pod.facts.died,
    probe: probeOptions(deps),
    clock,
    random,
    log,
    onRegistered: ({ czxid }) => pod.forgetFenceAfter(czxid),
  });
  return closing(coordinator, () => control.close());
};

function closing(coordinator: Coordinator, close: () => void): RunningCoordination {
  const stop = coordinator.stop.bind(coordinator);
  return Object.assign(coordinator, { stop: () => stop().finally(close) });
}

function leadershipSettings(script: CoordinationDeps['script']): LeadershipSettings {
  const { damper, dependsOn, fullShutdown, grace, sequential, configureAttempts } = modelOf(script);
  return {
    ...{ fullShutdown, sequential, configureAttempts },
    damperMs: damper * 1000,
    dependsOn: [...new Set(dependsOn)],
    graceMs: grace * 1000,
  };
}

function probeOptions({ script, callbacks }: CoordinationDeps): ProbeOptions | undefined {
  if (script.probe === undefined) return undefined;
  return {
    everyMs: modelOf(script).probeEvery * 1000,
    run: async (view, signal) => {
      try {
        return await callbacks.run('probe', signal, (author, context) =>
          author.probe?.(new ClusterView(view), context),
        );
      } catch (error) {
        const { cause } = error as Error;
        return `* ${messageOf(isOchoError(error, 'POD_FAILED') && cause !== undefined ? cause : error)}`;
      }
    },
  };
}
