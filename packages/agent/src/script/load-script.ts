import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { resolve as absolute } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import { messageOf, OchoError } from 'ochopod-core';

import type { PodScript } from './pod-script.ts';
import { validateScript } from './validate-script.ts';

/**
 * Load a pod script from a module's default export.
 *
 * @throws {OchoError} `NOT_FOUND` when there is no such file, `INVALID_INPUT` when it cannot be loaded or is none
 */
export async function loadScript(file: string, directory: string): Promise<PodScript> {
  const path = absolute(directory, file);
  const module = await importModule(path, file);
  return validateScript(defaultOf(module), file);
}

async function importModule(path: string, file: string): Promise<Readonly<Record<string, unknown>>> {
  await access(path).catch((cause: unknown) => {
    throw new OchoError(`there is no pod script ${file}`, { code: 'NOT_FOUND', cause });
  });
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    throw await explain(cause, { file, path });
  }
}

async function explain(cause: unknown, { file, path }: Script): Promise<OchoError> {
  const { code } = cause as { code?: string };
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new OchoError(`this version of Node does not run ${file} as it is`, {
      code: 'INVALID_INPUT',
      hint: 'Build it to JavaScript, use Node 22.18 or later, or start the agent with: node --import tsx.',
      cause,
    });
  }
  const place = (await placeOf(cause, path)) ?? file;
  return new OchoError(`${file} could not be loaded: ${place}: ${messageOf(cause)}`, { code: 'INVALID_INPUT', cause });
}

/** File and line: where it was thrown, or where the source makes no sense. */
async function placeOf(cause: unknown, path: string): Promise<string | undefined> {
  const { stack = '' } = cause instanceof Error ? cause : {};
  const where = placeIn(stack) ?? (cause instanceof SyntaxError ? placeIn(await loadElsewhere(path)) : undefined);
  return where?.replace(/^file:\/\//, '');
}

/** The first place that is no part of Node: at the head of an excerpt, or in a line of a stack. */
function placeIn(text: string): string | undefined {
  const [, excerpt, thrown] =
    /^((?:file:\/\/)?\/.*:\d+)$|^ +at (?:.* \()?((?:file:\/\/)?\/.*:\d+):\d+\)?$/m.exec(text) ?? [];
  return excerpt ?? thrown;
}

const ELSEWHERE_MS = 10_000;

/**
 * Node tells where a module that we import makes no sense only to who dies of it. Nothing of it runs: modules are read
 * before the first of them is begun.
 *
 * @returns what a Node that imported it wrote
 */
async function loadElsewhere(path: string): Promise<string> {
  const script = `import ${JSON.stringify(pathToFileURL(path).href)};`;
  const args = [...process.execArgv, '--input-type=module', '--eval', script];
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: ELSEWHERE_MS }, (_failed, _stdout, stderr) => resolve(stderr));
  });
}

interface Script {
  readonly file: string;
  readonly path: string;
}

/** A CommonJS module that was compiled from an ES module holds its default export one level deeper. */
function defaultOf(module: Readonly<Record<string, unknown>>): unknown {
  const exported = module['default'] as { __esModule?: boolean; default?: unknown } | undefined;
  return exported?.__esModule === true ? exported.default : exported;
}
