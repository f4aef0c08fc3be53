import type { ApplicationStatus, SandboxState, SandboxStatus } from 'ochopod-sandbox';

import type { SandboxesReport } from '../sandbox/list-sandboxes.ts';
import type { DownReport } from '../sandbox/stop-sandboxes.ts';
import type { Table } from './table.ts';

/** By which `ocho` and others find the sandbox. */
export function environmentOf({ zookeeper, marathon }: Pick<SandboxState, 'zookeeper' | 'marathon'>) {
  return { OCHOPOD_ZK: `zk://${zookeeper}`, MARATHON_MASTER: marathon };
}

/** Lines for a shell: `eval "$(ocho sandbox up --detach)"`. */
export function exportLines(state: Pick<SandboxState, 'zookeeper' | 'marathon'>): string[] {
  return Object.entries(environmentOf(state)).map(([name, value]) => `export ${name}=${value}`);
}

/** One line about one application: `/demo/web  2/3 running, 1 healthy, deploying`. */
function applicationLine({ id, ...status }: ApplicationStatus): string {
  return `${id}  ${conditionOf(status)}`;
}

function conditionOf({ instances, running, healthy, isDeploying, lastFailure }: Omit<ApplicationStatus, 'id'>): string {
  const facts = [`${running}/${instances} running`];
  if (healthy !== undefined) facts.push(`${healthy} healthy`);
  if (isDeploying) facts.push('deploying');
  if (lastFailure !== undefined && running < instances) facts.push(`last failure: ${lastFailure}`);
  return facts.join(', ');
}

/** The lines that are new or say something else than before; applications that are gone are said once. */
export function changedLines(before: readonly ApplicationStatus[], now: readonly ApplicationStatus[]): string[] {
  const said = new Set(before.map(applicationLine));
  const gone = before.filter(({ id }) => now.every((other) => other.id !== id));
  return [...now.map(applicationLine).filter((line) => !said.has(line)), ...gone.map(({ id }) => `${id}  gone`)];
}

/** What is drawn again and again while a sandbox runs. */
export function sandboxPicture(applications: readonly ApplicationStatus[]): string[] {
  if (applications.length === 0) return ['no applications; Ctrl-C ends the sandbox'];
  const width = Math.max(...applications.map(({ id }) => id.length));
  return applications.map(({ id, ...status }) => `${id.padEnd(width)}  ${conditionOf(status)}`);
}

export function statusTables(status: SandboxStatus): readonly Table[] {
  const { name, pid, zookeeper, marathon, directory, faults } = status;
  return [
    {
      head: ['sandbox', name],
      rows: [
        ['zookeeper', zookeeper],
        ['marathon', marathon],
        ['pid', String(pid)],
        ['directory', directory],
        ...faults.map((fault) => ['fault', fault]),
      ],
    },
    {
      head: ['application', 'running', 'healthy', 'state'],
      rows: status.applications.map(({ id, instances, running, healthy, isDeploying, lastFailure = '' }) => [
        ...[id, `${running}/${instances}`, healthy === undefined ? '' : String(healthy)],
        isDeploying ? 'deploying' : running < instances ? lastFailure : '',
      ]),
    },
    {
      head: ['task', 'state', 'pid', 'ports', 'directory'],
      rows: status.tasks.map(({ id, condition, pid: head = '', ports, directory: own = '' }) => [
        ...[id, condition.toLowerCase(), String(head), ports.join(','), own],
      ]),
    },
    {
      head: ['session', 'client', 'timeout', 'ephemerals', 'watches'],
      rows: status.sessions.map(({ id, client = '', timeoutMs, ephemerals, watches }) => [
        ...[id, client, `${timeoutMs / 1000}s`, String(ephemerals.length), String(watches)],
      ]),
    },
  ];
}

export function sandboxesTable(report: SandboxesReport): Table {
  return {
    head: ['sandbox', 'state', 'pid', 'zookeeper', 'marathon', 'directory'],
    rows: Object.entries(report).map(([name, { condition, pid, zookeeper = '', marathon = '', directory }]) => [
      ...[name, condition, String(pid), zookeeper, marathon, directory],
    ]),
  };
}

export function downTable(report: DownReport): Table {
  return {
    head: ['sandbox', 'result', 'error'],
    rows: Object.entries(report).map(([name, { end = 'failed', error }]) => [
      ...[name, end, error === undefined ? '' : `${error.code}: ${error.message}`],
    ]),
  };
}
