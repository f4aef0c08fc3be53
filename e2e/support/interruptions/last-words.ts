import { isDeepStrictEqual } from 'node:util';

import type { FleetStage } from '../fleet-stage.ts';
import type { Interrupted } from './interrupt.ts';

/** What the scheduler has been told so far. */
export type Mark = readonly string[];

export async function markOf(stage: FleetStage): Promise<Mark> {
  const { apps } = (await stage.api('GET', '/v2/apps')) as { readonly apps: readonly Versioned[] };
  return apps.map(({ id, version }) => `${id} ${version}`).sort();
}

interface Versioned {
  readonly id: string;
  readonly version: string;
}

interface Told {
  /** When it was started. */
  readonly before: Mark;
  /** Whoever leaves two generations behind says how to go on, and how back. */
  readonly isBump: boolean;
}

/**
 * What is wrong with how a command ended that was told to, in words: it ends with 130, and names what goes on. Where the
 * signal itself has ended it, nothing had begun, or it had said all that it had to say.
 */
export async function problemOfLastWords(
  stage: FleetStage,
  { code, stdout, stderr, isKilled, isThrough }: Interrupted,
  { before, isBump }: Told,
): Promise<string | undefined> {
  if (isKilled) return stdout === '' ? problemOfSilence(stage, before) : undefined;
  // Through or all but through; and there may have been nothing left to do.
  if (code === 0 || code === 3) return undefined;
  if (isThrough || code !== 130) return `it ended with ${code}: ${stdout}`;
  return (
    (await problemOfDeployments(stage, { stdout, stderr })) ??
    (isBump ? problemOfGenerations(stage, { before, words: stdout }) : undefined)
  );
}

async function problemOfSilence(stage: FleetStage, before: Mark): Promise<string | undefined> {
  return isDeepStrictEqual(await markOf(stage), before) ? undefined : 'it ended without a word, and had begun';
}

/** What of a request was not answered is not known to whoever sent it. */
const NOT_KNOWN = /whether the scheduler accepted|before .* was accepted/;

async function problemOfDeployments(stage: FleetStage, { stdout, stderr }: Said): Promise<string | undefined> {
  const { error } = JSON.parse(stdout) as { readonly error?: { readonly message: string } };
  if (error === undefined || !/interrupted|told to end|not waited for/.test(error.message)) {
    return `it did not say why it ended: ${stdout}`;
  }
  const unsaid = (await deploymentsOf(stage)).filter((id) => !stdout.includes(id) && !stderr.includes(id));
  if (unsaid.length === 0 || NOT_KNOWN.test(error.message)) return undefined;
  return `deployment ${unsaid.join(', ')} goes on, and it said: ${stdout}`;
}

type Said = Pick<Interrupted, 'stdout' | 'stderr'>;

async function deploymentsOf(stage: FleetStage): Promise<readonly string[]> {
  const deployments: readonly { readonly id: string }[] = await stage.api('GET', '/v2/deployments');
  return deployments.map(({ id }) => id);
}

interface Left {
  readonly before: Mark;
  readonly words: string;
}

/** One of two may be on its way out; and who has changed nothing knows of nothing. */
async function problemOfGenerations(stage: FleetStage, { before, words }: Left): Promise<string | undefined> {
  const [deployments, now] = [await deploymentsOf(stage), await markOf(stage)];
  const isHalfDone = deployments.length === 0 && now.length > 1 && !isDeepStrictEqual(now, before);
  if (!isHalfDone || (words.includes('--continue') && words.includes('--abort'))) return undefined;
  return `two generations are there, and it said: ${words}`;
}
