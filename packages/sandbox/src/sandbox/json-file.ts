import { readFile, rename, writeFile } from 'node:fs/promises';

import * as v from 'valibot';

/** Write a file that is never seen half written; what was there is replaced. */
export async function replaceJson(path: string, value: object): Promise<void> {
  const beside = `${path}.new`;
  await writeFile(beside, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  await rename(beside, path);
}

/** @returns nothing when there is no such file, or nothing of use in it */
export async function readJson<T>(path: string, schema: v.GenericSchema<unknown, T>): Promise<T | undefined> {
  try {
    const parsed = v.safeParse(schema, JSON.parse(await readFile(path, 'utf8')));
    return parsed.success ? parsed.output : undefined;
  } catch {
    return undefined;
  }
}
