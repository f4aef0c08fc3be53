import { readFile } from 'node:fs/promises';

import { messageOf, OchoError } from 'ochopod-core';

/**
 * Read which command runs instead of an image: `images: {"acme/redis:*": "redis-server --port $PORT_6379"}`.
 *
 * @throws {OchoError} `NOT_FOUND` when there is no such file, `INVALID_INPUT` saying in which line and column what is wrong
 */
export async function readImagesFile(path: string): Promise<Readonly<Record<string, string>>> {
  const text = await readFile(path, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new OchoError(`cannot read ${path}: ${messageOf(cause)}`, {
      code: cause.code === 'ENOENT' ? 'NOT_FOUND' : 'INVALID_INPUT',
      cause,
    });
  });
  return parseImages(text, path);
}

/** @param file its name, for messages */
export async function parseImages(text: string, file: string): Promise<Readonly<Record<string, string>>> {
  const { isMap, isScalar, LineCounter, parseDocument } = await import('yaml');
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const wrongAt = (offset: number, what: string) => {
    const { line, col } = lines.linePos(offset);
    return new OchoError(`${file}:${line}:${col}: ${what}`, { code: 'INVALID_INPUT', hint: HINT });
  };
  const [broken] = document.errors;
  if (broken !== undefined) throw wrongAt(broken.pos[0], firstLine(broken.message));
  const begin = (node: unknown): number => (node as { range?: readonly number[] } | null)?.range?.[0] ?? 0;
  const entriesOf = (node: unknown, what: string) => {
    if (!isMap(node)) throw wrongAt(begin(node), `${what} must be a mapping`);
    return node.items.map(({ key, value }) => ({ key, name: isScalar(key) ? String(key.value) : '', value }));
  };
  const top = entriesOf(document.contents, 'the file');
  const unknown = top.find(({ name }) => name !== 'images');
  if (unknown !== undefined) throw wrongAt(begin(unknown.key), `unknown key "${unknown.name}"`);
  const [images] = top;
  if (images === undefined) throw wrongAt(0, 'it has no key "images"');
  const commands = entriesOf(images.value, '"images"').map(({ key, name, value }) => {
    if (!isScalar(value) || typeof value.value !== 'string' || value.value.trim() === '') {
      throw wrongAt(begin(value) || begin(key), `the command of "${name}" must be text`);
    }
    return [name, value.value] as const;
  });
  return Object.fromEntries(commands);
}

const HINT = 'Write a glob of images and the command that runs instead: images: {"acme/redis:*": "redis-server"}.';

function firstLine(message: string): string {
  return message.split('\n')[0]?.replace(/ at line \d+, column \d+:?$/, '') ?? message;
}
