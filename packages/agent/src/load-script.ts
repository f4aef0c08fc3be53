import { access } from 'node:fs/promises';
import { resolve } from 'node:path';
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
  const path = resolve(directory, file);
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
    throw explain(cause, file);
  }
}

function explain(cause: unknown, file: string): OchoError {
  const { code } = cause as { code?: string };
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION') {
    return new OchoError(`this version of Node does not run ${file} as it is`, {
      code: 'INVALID_INPUT',
      hint: 'Build it to JavaScript, use Node 22.18 or later, or start the agent with: node --import tsx.',
      cause,
    });
  }
  return new OchoError(`${file} could not be loaded: ${messageOf(cause)}`, { code: 'INVALID_INPUT', cause });
}

/** A CommonJS module that was compiled from an ES module holds its default export one level deeper. */
function defaultOf(module: Readonly<Record<string, unknown>>): unknown {
  const exported = module['default'] as { __esModule?: boolean; default?: unknown } | undefined;
  return exported?.__esModule === true ? exported.default : exported;
}
