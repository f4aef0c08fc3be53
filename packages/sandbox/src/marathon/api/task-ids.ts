import { absoluteId } from '../app/ids.ts';
import { badRequest } from './failures.ts';

/** The forms that ids of tasks have had, the newest first; the application is in front. */
const FORMS = [
  /^(.+)\.(?:instance-|marathon-)[^_.]+[._]_?[^_.]+\.\d+$/,
  /^(.+)\.(?:instance-|marathon-)[^_.]+[._]_?[^_.]+$/,
  /^(.+)[._][^_.]+\.\d+$/,
  /^(.+)[._][^_.]+$/,
];

/**
 * The application that a task is of, by its id.
 *
 * @throws {OchoError} `INVALID_INPUT` when it is no id of a task
 */
export function appOfTask(taskId: string): string {
  for (const form of FORMS) {
    const [, app] = form.exec(taskId) ?? [];
    if (app !== undefined) return absoluteId(app.replaceAll('_', '/'));
  }
  throw badRequest(`Invalid task id '${taskId}'. [taskId ${taskId} no valid identifier (of class java.lang.String)]`);
}
