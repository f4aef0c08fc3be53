import { isOchoError } from 'ochopod-core';

import { type Checked, problemAt } from '../documents/problem.ts';
import type { ReadableFiles } from '../workplace.ts';
import { type DeployFile, parseDeployFile } from './deploy-file.ts';
import { type Overrides, parseOverrides } from './overrides.ts';

/** Read a deploy file; that there is none is a problem like any other. */
export function loadDeployFile(files: ReadableFiles, path: string): Promise<Checked<DeployFile>> {
  return load(files, { path, parse: parseDeployFile });
}

/** Read an overrides file; that there is none is a problem like any other. */
export function loadOverrides(files: ReadableFiles, path: string): Promise<Checked<Overrides>> {
  return load(files, { path, parse: parseOverrides });
}

interface Loaded<T> {
  readonly path: string;
  readonly parse: (content: Uint8Array, file: string) => Checked<T>;
}

async function load<T>(files: ReadableFiles, { path, parse }: Loaded<T>): Promise<Checked<T>> {
  try {
    return parse(await files.read(path), path);
  } catch (error) {
    if (!isOchoError(error)) throw error;
    const { message, hint } = error;
    const finding = { message, ...(hint !== undefined && { hint }) };
    return { ok: false, problems: [problemAt({ file: path, line: 1, column: 1 }, finding)] };
  }
}
