import { type Clock, messageOf, withDeadline } from 'ochopod-core';
import type { ProcessExit } from 'ochopod-core/process';

import type { HealthCheck } from '../../app/app.ts';
import type { Workload } from '../workload.ts';
import { askCommand } from './ask-command.ts';
import { askHttp } from './ask-http.ts';
import { askTcp } from './ask-tcp.ts';
import { type CheckedTask, checkPort } from './check-port.ts';
import type { CheckOutcome } from './health-after.ts';

/** A task that can be asked how it is. */
export interface AskedTask extends CheckedTask {
  /** Where its ports are. */
  readonly host: string;
  readonly inside: Workload['inside'];
  readonly clock: Clock;
}

/**
 * Carry out a health check once.
 *
 * @throws `signal.reason` when that aborts; whatever else goes wrong is an outcome
 */
export async function ask(check: HealthCheck, task: AskedTask, signal: AbortSignal): Promise<CheckOutcome> {
  let leftovers: Promise<unknown> = Promise.resolve();
  const bound = { clock: task.clock, ms: check.timeoutSeconds * 1000, what: 'the health check', parent: signal };
  try {
    return await withDeadline(bound, async (inTime) => {
      if (check.protocol !== 'COMMAND') return carryOut(check, task, inTime);
      const { command } = check;
      const { exit, gone } = await askCommand(task.inside(command?.value ?? ''), { clock: task.clock, signal: inTime });
      leftovers = gone;
      return judgeExit(exit);
    });
  } catch (error) {
    signal.throwIfAborted();
    return unhealthy(messageOf(error));
  } finally {
    // Looking for them takes long on a large machine, which is not the command's fault; the next check waits for it.
    await leftovers;
  }
}

async function carryOut(check: HealthCheck, task: AskedTask, signal: AbortSignal): Promise<CheckOutcome> {
  const port = checkPort(check, task);
  if (port === undefined) return unhealthy(`the task has no port with the index ${check.portIndex ?? 0}`);
  const at = { host: task.host, port, signal };
  if (check.protocol.endsWith('TCP')) {
    await askTcp(at);
    return { kind: 'healthy' };
  }
  const isSecure = check.protocol.endsWith('HTTPS');
  return judgeStatus(await askHttp({ ...at, clock: task.clock, isSecure, path: check.path ?? '/' }), check);
}

function judgeExit({ code, signal: by }: ProcessExit): CheckOutcome {
  if (code === 0) return { kind: 'healthy' };
  return unhealthy(by === null ? `the command exited with status ${code}` : `the command was ended by ${by}`);
}

export function judgeStatus(status: number, { ignoreHttp1xx }: Pick<HealthCheck, 'ignoreHttp1xx'>): CheckOutcome {
  if (status >= 200 && status < 400) return { kind: 'healthy' };
  if (status < 200 && ignoreHttp1xx) return { kind: 'ignored' };
  return unhealthy(`it answered ${status}`);
}

function unhealthy(cause: string): CheckOutcome {
  return { kind: 'unhealthy', cause };
}
