import type { ApplicationSummary, ApplicationsReport, StrayPod, TaskSummary } from 'ochopod-fleet/applications';

import type { Table } from './table.ts';

/** A row for each application, then one for each pod that belongs to none. */
export function applicationsTable({ applications, strays }: ApplicationsReport): Table {
  return {
    head: ['application', 'cluster', 'image', 'tasks', 'pods', 'version', 'deployment', 'note'],
    rows: [
      ...Object.entries(applications).map(([id, application]) => applicationRow(id, application)),
      ...Object.entries(strays).map(([pod, stray]) => strayRow(pod, stray)),
    ],
  };
}

function applicationRow(id: string, application: ApplicationSummary): readonly string[] {
  const { cluster, image, tasksRunning, instances, pods, version, deployments } = application;
  return [
    ...[id, cluster, image ?? '', `${tasksRunning}/${instances}`, `${pods.running}/${pods.total}`, version],
    deployments.join(' '),
    notes(application).join('; '),
  ];
}

function strayRow(pod: string, { cluster, process, trouble = process, error }: StrayPod): readonly string[] {
  const said = error === undefined ? trouble : `${error.code}: ${error.message}`;
  return ['', cluster, '', '', process === 'running' ? '1/1' : '0/1', '', '', `${pod} has no task: ${said}`];
}

/** What is worth a look. */
function notes({ tasks, tasksRunning, instances, lastFailure }: ApplicationSummary): readonly string[] {
  const each = Object.entries(tasks).flatMap(([id, task]) => noteOn(id, task));
  return tasksRunning < instances && lastFailure !== null ? [...each, `last failure: ${lastFailure}`] : each;
}

function noteOn(id: string, { pod, state, process, trouble, healthy, error }: TaskSummary): readonly string[] {
  if (pod === null) return [`task ${id} has no pod${state === 'running' ? '' : ` (${state})`}`];
  if (error !== undefined) return [`${pod}: ${error.code}: ${error.message}`];
  if (trouble !== undefined) return [`${pod}: ${trouble}`];
  if (process !== 'running') return [`${pod} is ${process}`];
  return healthy === false ? [`${pod} fails the health checks`] : [];
}
