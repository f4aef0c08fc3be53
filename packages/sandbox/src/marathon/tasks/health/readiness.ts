import { OchoError, withDeadline, withEither } from 'ochopod-core';

import type { ReadinessCheck } from '../../app/app.ts';
import type { AskedTask } from './ask.ts';
import { askHttp } from './ask-http.ts';
import { namedPort } from './check-port.ts';
import { eagerPauseMs } from './health-after.ts';

/**
 * Ask the readiness check of a task until it says yes; without one it is ready.
 *
 * @throws `signal.reason` of the signal that aborts
 * @throws {OchoError} `INVALID_INPUT` when the task has no port of the check's name
 */
export async function untilReady(task: AskedTask, signals: readonly AbortSignal[]): Promise<void> {
  for (const check of task.app.readinessChecks) {
    const port = namedPort(check.portName, task);
    if (port === undefined) {
      throw new OchoError(`the readiness check ${check.name} names the port ${check.portName}, which there is not`, {
        code: 'INVALID_INPUT',
      });
    }
    await withEither(signals, (signal) => untilYes(check, { ...task, port }, signal));
  }
}

async function untilYes(
  check: ReadinessCheck,
  task: AskedTask & { readonly port: number },
  signal: AbortSignal,
): Promise<void> {
  for (let asked = 0; !(await saysYes(check, task, signal)); asked += 1) {
    await task.clock.sleep(eagerPauseMs(check.intervalSeconds, asked), signal);
  }
}

async function saysYes(
  { protocol, path, timeoutSeconds, httpStatusCodesForReady }: ReadinessCheck,
  { clock, host, port }: AskedTask & { readonly port: number },
  signal: AbortSignal,
): Promise<boolean> {
  const bound = { clock, ms: timeoutSeconds * 1000, what: 'the readiness check', parent: signal };
  try {
    const status = await withDeadline(bound, (inTime) =>
      askHttp({ isSecure: protocol === 'HTTPS', host, port, path, clock, signal: inTime }),
    );
    return httpStatusCodesForReady.includes(status);
  } catch {
    signal.throwIfAborted();
    return false; // nobody there yet, or too slow
  }
}
