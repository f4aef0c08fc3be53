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

/**
 * What is wrong with how a command ended that was told to, in words: it ends with 130, and names what goes on. Where the
 * signal itself has ended it, nothing had begun, or it had said all that it had to say.
 *
 * @param before when it was started
 */
export async function problemOfLastWords(
  stage: FleetStage,
  { code, stdout, stderr, isKilled, isThrough }: Interrupted,
  before: Mark,
): Promise<string | undefined> {
  if (isThrough) return code === 0 ? undefined : `uninterrupted it ended with ${code}`;
  if (isKilled) return stdout === '' ? problemOfSilence(stage, before) : undefined;
  if (code === 0) return undefined; // it was all but through
  if (code !== 130) return `told to end it ended with ${code}`;
  const { error } = JSON.parse(stdout) as { readonly error?: { readonly message: string; readonly hint?: string } };
  if (error === undefined) return `it ended without a word: ${stdout}`;
  return problemOfWords(stage, `${error.message} ${error.hint ?? ''}`, stderr);
}

async function problemOfSilence(stage: FleetStage, before: Mark): Promise<string | undefined> {
  return isDeepStrictEqual(await markOf(stage), before) ? undefined : 'it ended without a word, and had begun';
}

/** What of a request was not answered is not known to whoever sent it. */
const NOT_KNOWN = /whether the scheduler accepted|before .* was accepted/;

/** @param told what it had said before */
async function problemOfWords(stage: FleetStage, words: string, told: string): Promise<string | undefined> {
  if (!/interrupted|told to end|not waited for/.test(words)) return `it did not say why it ended: ${words}`;
  const deployments: readonly { readonly id: string }[] = await stage.api('GET', '/v2/deployments');
  const unsaid = deployments.filter(({ id }) => !words.includes(id) && !told.includes(id));
  if (unsaid.length === 0 || NOT_KNOWN.test(words)) return undefined;
  return `deployment ${unsaid.map(({ id }) => id).join(', ')} goes on, and it said: ${words}`;
}
