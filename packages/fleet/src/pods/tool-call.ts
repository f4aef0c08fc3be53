import { basename } from 'node:path';
import { OchoError } from 'ochopod-core';
import type { ExecCall } from 'ochopod-core/control-client';
import { advised } from '../advice.ts';

import type { Workplace } from '../workplace.ts';

export interface ToolLine {
  /** The tool and its arguments, as typed. */
  readonly words: readonly string[];
  /** Files to upload beside those named in the arguments. */
  readonly files: readonly string[];
}

/**
 * Make the call of what was typed: `@path` uploads that file and passes its base name, which is where the tool finds
 * it; `@@text` passes `@text`. Everything else means just itself, also when a file of that name exists here.
 *
 * @throws {OchoError} `NOT_FOUND` for a file that is not there, `INVALID_INPUT` for two of the same base name
 */
export async function toolCall(
  { files, warn }: Pick<Workplace, 'files' | 'warn'>,
  { words, files: extra }: ToolLine,
): Promise<ExecCall> {
  const [tool, ...parameters] = words;
  if (tool === undefined) throw noTool();
  const uploads = new Map<string, string>();
  for (const path of extra) addUpload(uploads, path);
  const argv = [tool, ...parameters.map((word) => argument(uploads, word))];
  for (const word of parameters) {
    if (await files.isFile(word)) warn(`${word} is also a local file, which is not uploaded; write @${word} for that`);
  }
  const contents = [...uploads].map(async ([name, path]) => ({ name, content: await files.read(path) }));
  return { argv, files: await Promise.all(contents) };
}

/** What the tool is passed for a word. */
function argument(uploads: Map<string, string>, word: string): string {
  if (word.startsWith('@@')) return word.slice(1);
  return word.startsWith('@') && word !== '@' ? addUpload(uploads, word.slice(1)) : word;
}

function addUpload(uploads: Map<string, string>, path: string): string {
  const name = basename(path);
  const other = uploads.get(name);
  if (other !== undefined && other !== path) {
    throw new OchoError(`${other} and ${path} would have the same name on the pod`, {
      code: 'INVALID_INPUT',
      hint: 'Rename one of them: files are stored side by side under their base names.',
    });
  }
  uploads.set(name, path);
  return name;
}

function noTool(): OchoError {
  return new OchoError('no tool given', {
    code: 'INVALID_INPUT',
    advice: advised({ to: 'name tool' }),
  });
}
