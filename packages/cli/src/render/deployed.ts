import type { FailureReport } from 'ochopod-fleet';
import type { Troubles } from 'ochopod-fleet/applications';
import type { DeployReport } from 'ochopod-fleet/deploy';

import { adviceText } from './advice.ts';
import type { Table } from './table.ts';

export function deployedTable(report: DeployReport): Table {
  return {
    head: ['file', 'application', 'up', 'result', 'error'],
    rows: Object.entries(report).map(([path, { application, up, expected, done, rolledBack, error }]) => [
      ...[path, application, `${up.length}/${expected}`, rolledBack?.done ?? done],
      error === undefined ? '' : `${error.code}: ${error.message}`,
    ]),
  };
}

/** The end of the log of each pod that is not up, and what to do about it all. */
export function troubleLines(report: DeployReport): string[] {
  return Object.values(report).flatMap(({ late = {}, dead = {}, error }) => [
    ...Object.entries({ ...dead, ...late }).flatMap(logLines),
    ...hintLines(error),
  ]);
}

function hintLines(error: FailureReport | undefined): string[] {
  const { hint, advice } = error ?? {};
  const text = advice === undefined ? hint : adviceText(advice);
  return text === undefined ? [] : [`hint: ${text}`];
}

function logLines([name, { log }]: [string, Troubles[string]]): string[] {
  return log.length === 0 ? [] : [`the end of the log of ${name}:`, ...log.map((line) => `  ${line}`)];
}
