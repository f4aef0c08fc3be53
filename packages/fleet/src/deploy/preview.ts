import { isOchoError, masked, withDeadline } from 'ochopod-core';

import type { FleetWorkplace } from '../applications/fleet.ts';
import type { Scheduler } from '../scheduler/index.ts';
import type { DeployRequest } from './deploy-files.ts';
import { planFiles } from './plan.ts';
import { chooseTargets } from './targets.ts';

/** What `ocho deploy --dry-run --json` prints, by file as it was named. Fields may be added, never renamed. */
export type PreviewReport = Readonly<Record<string, PreviewedFile>>;

interface PreviewedFile {
  readonly ok: true;
  readonly up: readonly number[];
  readonly application: string;
  /** What would be done with it. */
  readonly would: 'create' | 'replace';
  /** What would be sent, in the scheduler's own words; secrets are masked unless they were asked for. */
  readonly definition: unknown;
}

export interface PreviewRequest extends DeployRequest {
  /** Tell what is masked otherwise. */
  readonly showSecrets: boolean;
}

/** It takes no pods to say what would be sent. */
export interface PreviewWorkplace extends Pick<FleetWorkplace, 'files' | 'clock' | 'signal' | 'warn'> {
  /** Nothing when none was given. */
  readonly scheduler: Scheduler | undefined;
}

const ASK_MS = 10_000;

/**
 * Say what would be sent, and send nothing. Without a scheduler that answers it is what Marathon takes since 1.5.
 *
 * @throws {OchoError} `INVALID_INPUT` with all problems of all files
 */
export async function previewFiles(workplace: PreviewWorkplace, request: PreviewRequest): Promise<PreviewReport> {
  const plans = await planFiles(workplace.files, request);
  const scheduler = await reachable(workplace);
  const applications = (await scheduler?.list(workplace.signal)) ?? [];
  const targets = chooseTargets({ ...request, plans, applications });
  const { definitionOf } = await import('../scheduler/index.ts');
  const files = targets.map(async ({ plan, spec, previous }) => {
    const sent = (await scheduler?.preview(spec, workplace.signal)) ?? definitionOf(spec, 'since 1.5');
    const would = previous === undefined ? 'create' : 'replace';
    const definition = request.showSecrets ? sent : masked(sent);
    return [plan.path, { ok: true, up: [], application: spec.id, would, definition }] as const;
  });
  return Object.fromEntries(await Promise.all(files));
}

/** The scheduler, if it answers. */
async function reachable({ scheduler, clock, signal, warn }: PreviewWorkplace): Promise<Scheduler | undefined> {
  if (scheduler === undefined) {
    warn('no Marathon is given: this is what one since 1.5 would be sent for new applications');
    return undefined;
  }
  try {
    const deadline = { clock, ms: ASK_MS, what: 'asking Marathon', parent: signal };
    await withDeadline(deadline, (either) => scheduler.list(either));
    return scheduler;
  } catch (error) {
    if (!isOchoError(error, 'UNREACHABLE', 'TIMEOUT')) throw error;
    warn(`${error.message}; this is what a Marathon since 1.5 would be sent for new applications`);
    return undefined;
  }
}
