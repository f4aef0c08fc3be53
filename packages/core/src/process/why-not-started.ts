import { type FileHandle, open, stat } from 'node:fs/promises';
import process from 'node:process';

/** What was to be started. */
export interface Attempt {
  /** Program and arguments. */
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
}

/** What Linux takes in one argument or variable: MAX_ARG_STRLEN, without the byte that ends it. */
const MOST_BYTES = 128 * 1024 - 1;

/**
 * What of it no system like this one takes, told before it is tried: the system names neither the word nor its size.
 *
 * @returns nothing when all of it can be passed on
 */
export function whyUnpassable({ command, env }: Attempt): string | undefined {
  const words = [
    ...command.map((word, at) => [at === 0 ? 'the program' : `argument ${at}`, word] as const),
    ...Object.entries(env).map(([name, value]) => [`the variable ${name}`, `${name}=${value}`] as const),
  ];
  const broken = words.find(([, word]) => word.includes('\0'));
  if (broken !== undefined) return `${broken[0]} holds a character of code 0`;
  if (process.platform !== 'linux') return undefined;
  const large = words.find(([, word]) => Buffer.byteLength(word) > MOST_BYTES);
  if (large === undefined) return undefined;
  return `${large[0]} has ${Buffer.byteLength(large[1])} bytes, and the system takes at most ${MOST_BYTES}: pass a file instead`;
}

/** Why a program was not started, in words that name the cause: the system reports quite different ones as one. */
export async function whyNotStarted(attempt: Attempt, cause: unknown): Promise<string> {
  const { command, cwd } = attempt;
  const [file = ''] = command;
  const { code, message } = cause as NodeJS.ErrnoException;
  if (cwd !== undefined && !(await isDirectory(cwd))) return `there is no directory ${cwd}`;
  if (code === 'E2BIG') return tooMuch(attempt);
  if (code !== 'ENOENT' && code !== 'EACCES') return message;
  const path = file.includes('/') ? await placeOf(file, cwd) : undefined;
  const interpreter = path === undefined ? undefined : await interpreterOf(path);
  if (interpreter !== undefined) return withoutInterpreter(interpreter, code);
  if (code === 'EACCES') return 'it is not executable';
  return path === undefined
    ? 'there is no such executable'
    : 'it is there, but what it needs to run is not: its loader';
}

async function isDirectory(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}

/** @returns nothing when there is no such file */
async function placeOf(file: string, cwd: string | undefined): Promise<string | undefined> {
  const path = file.startsWith('/') || cwd === undefined ? file : `${cwd}/${file}`;
  return (await stat(path).catch(() => undefined))?.isFile() ? path : undefined;
}

/** Longer first lines are cut by the system, too. */
const FIRST_LINE_BYTES = 256;

/** The program that a script names in its first line, as it stands there; nothing when that is no script's. */
async function interpreterOf(path: string): Promise<string | undefined> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST_LINE_BYTES), 0, FIRST_LINE_BYTES, 0);
    return /^#![ \t]*([^ \t\n]+)/.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
  } catch {
    return undefined; // it may be there and not be ours to read
  } finally {
    await file?.close();
  }
}

async function withoutInterpreter(interpreter: string, code: string): Promise<string> {
  if (interpreter.endsWith('\r')) {
    return `its first line ends as on Windows (CRLF), so that it asks for "${interpreter.slice(0, -1)}\\r": save it with LF`;
  }
  const found = await stat(interpreter).catch(() => undefined);
  if (found === undefined) return `it is a script for ${interpreter}, which is not there`;
  return code === 'EACCES' ? 'it is not executable' : `it is a script for ${interpreter}, which cannot be run`;
}

function tooMuch({ command, env }: Attempt): string {
  const variables = Object.entries(env).map(([name, value]) => ({ name, bytes: Buffer.byteLength(value) }));
  const sizes = [...command.map((word) => Buffer.byteLength(word)), ...variables.map(({ bytes }) => bytes)];
  const total = sizes.reduce((sum, bytes) => sum + bytes, 0);
  const [largest] = variables.sort((left, right) => right.bytes - left.bytes);
  const most = largest === undefined ? '' : `, ${largest.bytes} of them in the variable ${largest.name}`;
  return `arguments and environment are more than the system takes: ${total} bytes${most}`;
}
