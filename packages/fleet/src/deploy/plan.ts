import { type ClusterName, isOchoError, OchoError } from 'ochopod-core';

import type { DeployFile } from '../deploy-file/deploy-file.ts';
import { loadDeployFile, loadOverrides } from '../deploy-file/load.ts';
import type { Overrides } from '../deploy-file/overrides.ts';
import { toSpec } from '../deploy-file/to-spec.ts';
import { type Problem, valueOrThrow } from '../documents/problem.ts';
import type { ApplicationSpec } from '../scheduler/index.ts';
import type { ReadableFiles } from '../workplace.ts';

/** What to deploy, and as what. */
export interface PlanRequest {
  /** Deploy files, in order. */
  readonly paths: readonly string[];
  /** Overrides files, in the order in which they are merged. */
  readonly overrides: readonly string[];
  readonly namespace: string;
  readonly suffix?: string | undefined;
  readonly release?: string | undefined;
}

/** A deploy file that can be sent. */
export interface Plan {
  /** As it was named. */
  readonly path: string;
  readonly cluster: ClusterName;
  /** Its id and its instances are still to be said. */
  readonly spec: ApplicationSpec;
  readonly wait: DeployFile['wait'];
}

/**
 * Read everything that is to be deployed; nobody is asked anything.
 *
 * @throws {OchoError} `INVALID_INPUT` with all the problems of all files, each with its place
 */
export async function planFiles(files: ReadableFiles, request: PlanRequest): Promise<readonly Plan[]> {
  refuseTwice(request.paths);
  const [given, over] = await Promise.all([
    Promise.all(request.paths.map(async (path) => ({ path, checked: await loadDeployFile(files, path) }))),
    Promise.all(request.overrides.map((path) => loadOverrides(files, path))),
  ]);
  const problems = [...given.map(({ checked }) => checked), ...over].flatMap((each) => (each.ok ? [] : each.problems));
  const overrides = over.flatMap((each) => (each.ok ? [each.value] : []));
  // With an overrides file that cannot be read, whatever it sets would be said to be missing.
  const usable = overrides.length === over.length ? given : [];
  const plans = usable.flatMap(({ path, checked }): Plan[] => {
    if (!checked.ok) return [];
    const planned = plan(checked.value, { ...request, path, overrides });
    if ('problems' in planned) problems.push(...planned.problems);
    return 'problems' in planned ? [] : [planned];
  });
  return valueOrThrow(problems.length > 0 ? { ok: false, problems } : { ok: true, value: plans });
}

interface PlanOne extends Omit<PlanRequest, 'paths' | 'overrides'> {
  readonly path: string;
  readonly overrides: readonly Overrides[];
}

function plan(file: DeployFile, request: PlanOne): Plan | { readonly problems: readonly Problem[] } {
  const { path, namespace } = request;
  try {
    const spec = toSpec(file, { ...request, instances: 1, now: 0 });
    const { ochopod_cluster: cluster = file.cluster } = spec.env;
    return { path, cluster: { namespace, cluster }, spec, wait: file.wait };
  } catch (error) {
    const problems = isOchoError(error, 'INVALID_INPUT') ? error.details['problems'] : undefined;
    if (!Array.isArray(problems)) throw error;
    return { problems };
  }
}

/** Reports go by the name of the file. */
function refuseTwice(paths: readonly string[]): void {
  const twice = paths.find((path, at) => paths.indexOf(path) !== at);
  if (twice === undefined) return;
  throw new OchoError(`${twice} is given twice`, { code: 'INVALID_INPUT', hint: 'Name each file once.' });
}
