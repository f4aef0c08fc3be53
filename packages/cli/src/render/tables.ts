import { jsonText } from 'ochopod-core';
import type { FailureReport } from 'ochopod-fleet';
import type {
  ClusterSummary,
  ClustersReport,
  MetricsReport,
  PodReport,
  PodSummary,
  PodsReport,
  PortsReport,
  SteeredTarget,
} from 'ochopod-fleet/pods';

import { factsOf } from './process-facts.ts';
import type { Table } from './table.ts';

export function clustersTable(report: ClustersReport): Table {
  return {
    head: CLUSTERS_HEAD,
    rows: Object.entries(report).map(([name, summary]) => clusterRow(name, summary)),
  };
}

export const CLUSTERS_HEAD = ['cluster', 'ok', 'status', 'error'] as const;

export function clusterRow(
  name: string,
  { total, running, status, troubles = {}, failed = {} }: ClusterSummary,
): string[] {
  const reasons = [
    ...Object.entries(troubles),
    ...Object.entries(failed).map(([target, error]) => [target, errorText(error)] as const),
  ];
  const errors = reasons.map(([target, reason]) => `${shortTarget(target, name)}: ${reason}`);
  return [name, `${running}/${total}`, status, errors.join('; ')];
}

export function podsTable(report: PodsReport): Table {
  return {
    head: PODS_HEAD,
    rows: Object.entries(report).map(([pod, summary]) => podRow(pod, summary)),
  };
}

export const PODS_HEAD = ['pod', 'pod IP', 'node', 'process', 'state', 'error'] as const;

export function podRow(pod: string, { ip, node, process, state, trouble, error }: PodSummary): string[] {
  return [pod, ip, node, process, state, trouble ?? errorText(error)];
}

/** @param failed the pods in whose place stands why their metrics are not known */
export function metricsTable(report: MetricsReport, failed: ReadonlySet<string>): Table {
  return {
    head: METRICS_HEAD,
    rows: Object.entries(report).map(([pod, metrics]) => metricsRow(pod, metrics, failed.has(pod))),
  };
}

export const METRICS_HEAD = ['pod', 'metrics', 'error'] as const;

export function metricsRow(pod: string, metrics: MetricsReport[string], hasFailed: boolean): string[] {
  return hasFailed ? [pod, '', errorText(metrics['error'] as FailureReport)] : [pod, jsonText(metrics), ''];
}

export function portsTable(report: PortsReport): Table {
  return {
    head: ['pod', 'pod IP', 'public IP', 'port', 'error'],
    rows: Object.entries(report).map(([pod, { ip, public: publicIp, port, error }]) => [
      ...[pod, ip, publicIp, port === undefined ? '' : String(port)],
      errorText(error),
    ]),
  };
}

export function podTable({ pod, key, leader, leaderless, registration, info, error }: PodReport): Table {
  const facts = Object.entries({ ...registration, ...(info && factsOf(info)) }).filter(([name]) => name !== 'seq');
  return {
    head: ['fact', 'value'],
    rows: [
      ['pod', pod],
      ['key', key],
      ['leader', leader ?? leaderless ?? 'none'],
      ...facts.map(([name, value]) => [name, typeof value === 'string' ? value : jsonText(value)]),
      ...(error === undefined ? [] : [['error', errorText(error)]]),
    ],
  };
}

export function steeredTable(targets: readonly SteeredTarget[], done: string): Table {
  return {
    head: ['pod', 'result', 'error'],
    rows: targets.map(({ target, error, reply }) => {
      if (error !== undefined) return [target, 'failed', errorText(error)];
      return [target, reply === undefined ? done : `${done} ${jsonText(reply)}`, ''];
    }),
  };
}

function errorText(error: FailureReport | undefined): string {
  return error === undefined ? '' : `${error.code}: ${error.message}`;
}

/** Inside a cluster's own row, `marathon.web #3` is just `#3`. */
function shortTarget(target: string, cluster: string): string {
  return target.startsWith(`${cluster} `) ? target.slice(cluster.length + 1) : target;
}
