import { clearTimeout, setTimeout } from 'node:timers';
import { OchoError } from 'ochopod-core';

/** Nobody's script has that much to do before it says what it is. */
const MOST_MS = 60_000;

export interface Loading<T> {
  readonly file: string;
  readonly loaded: Promise<T>;
}

/**
 * What loading a script comes to, unless it never comes to anything: Node ends in silence, with code 13, once a top-level
 * `await` is all that is left, and waits for ever when something else keeps it alive.
 *
 * @throws {OchoError} `INVALID_INPUT` when an `await` in the script does not settle
 */
export async function settling<T>(
  host: Pick<NodeJS.Process, 'once' | 'off'>,
  { file, loaded }: Loading<T>,
): Promise<T> {
  let giveUp = () => {};
  const endless = new Promise<never>((_resolve, reject) => {
    giveUp = () => reject(neverSettles(file));
  });
  // It must not keep alive what has nothing left to do: that is told at once.
  const late = setTimeout(giveUp, MOST_MS).unref();
  host.once('beforeExit', giveUp);
  try {
    return await Promise.race([loaded, endless]);
  } finally {
    clearTimeout(late);
    host.off('beforeExit', giveUp);
  }
}

function neverSettles(file: string): OchoError {
  return new OchoError(`${file} does not come to its end: a top-level await in it does not settle`, {
    code: 'INVALID_INPUT',
    hint: 'Wait in initialize() or configure(), which have time limits.',
  });
}
