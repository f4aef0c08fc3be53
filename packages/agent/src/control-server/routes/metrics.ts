import type { FastifyInstance } from 'fastify';
import type { LeadershipState, ProcessState } from 'ochopod-core';

import type { ControlServerDeps } from '../deps.ts';

const PROCESS_STATES: readonly ProcessState[] = ['stopped', 'running', 'terminating', 'dead'];
const LEADERSHIP_STATES: readonly LeadershipState[] = [
  'follower',
  'leader',
  'leader (configuration pending)',
  'leader (configuring)',
];

/** `GET /metrics`, for Prometheus; its library is loaded by the first scrape, as many pods never see one. */
export function addMetricsRoute(app: FastifyInstance, deps: ControlServerDeps): void {
  app.get('/metrics', async (_request, reply) => {
    const { Registry, Gauge, Counter } = await import('prom-client');
    const registry = new Registry();
    const registers = [registry];
    for (const { name, help, values } of gauges(deps)) {
      const labelNames = [...new Set(values.flatMap(({ labels = {} }) => Object.keys(labels)))];
      const gauge = new Gauge({ name, help, labelNames, registers });
      for (const { labels = {}, value } of values) gauge.set(labels, value);
    }
    for (const { name, help, value } of counters(deps)) new Counter({ name, help, registers }).inc(value);
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

interface GaugeValue {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

interface GaugeReading {
  readonly name: string;
  readonly help: string;
  readonly values: readonly GaugeValue[];
}

function gauges({ pod, coordination }: ControlServerDeps): GaugeReading[] {
  const { state = 'follower', registered = false } = coordination() ?? {};
  const { failing } = pod.facts;
  const own = Object.entries(pod.metrics).filter(([, value]) => typeof value === 'number');
  return [
    {
      name: 'ochopod_process_state',
      help: 'State of the process, 1 for the current one',
      values: oneOf(PROCESS_STATES, pod.process),
    },
    {
      name: 'ochopod_leadership_state',
      help: 'State in the cluster, 1 for the current one',
      values: oneOf(LEADERSHIP_STATES, state),
    },
    {
      name: 'ochopod_registered',
      help: 'Whether the pod is registered in ZooKeeper',
      values: [{ value: Number(registered) }],
    },
    { name: 'ochopod_configured', help: 'Whether the pod is configured', values: [{ value: Number(pod.configured) }] },
    {
      name: 'ochopod_failures_in_a_row',
      help: 'Failures of the process since it ran well last',
      values: [{ value: failing?.count ?? 0 }],
    },
    {
      name: 'ochopod_crash_loop',
      help: 'Whether the process fails over and over',
      values: [{ value: Number(failing?.loop ?? false) }],
    },
    {
      name: 'ochopod_sanity_metric',
      help: 'Numbers that the last sanity check returned',
      values: own.map(([metric, value]) => ({ labels: { metric }, value: value as number })),
    },
  ];
}

function oneOf(states: readonly string[], current: string): GaugeValue[] {
  return states.map((state) => ({ labels: { state }, value: Number(state === current) }));
}

function counters({ pod: { counters: counted } }: ControlServerDeps) {
  return [
    { name: 'ochopod_configurations_total', help: 'Configurations that succeeded', value: counted.configurations },
    { name: 'ochopod_restarts_total', help: 'Starts of the process after it had failed', value: counted.restarts },
    { name: 'ochopod_sanity_failures_total', help: 'Sanity checks that failed', value: counted.sanityFailures },
  ];
}
