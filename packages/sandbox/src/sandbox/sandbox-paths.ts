import { join } from 'node:path';

import { OchoError } from 'ochopod-core';

/** Where a sandbox keeps what: all of it in a directory that only its owner can enter. */
export interface SandboxPaths {
  readonly directory: string;
  /** Who runs the sandbox, from its first moment to its last. */
  readonly claim: string;
  /** What other processes find of it once both servers answer. */
  readonly state: string;
  readonly socket: string;
  /** What it prints when it runs detached. */
  readonly log: string;
  /** The scheduler's: sandboxes of tasks, and what runs. */
  readonly marathon: string;
}

/** What the system has room for in the address of a socket: 107 bytes on Linux, 103 elsewhere. */
const LONGEST_SOCKET_PATH = 103;

/**
 * @throws {OchoError} `INVALID_INPUT` for a name that cannot be that of a directory, or when the control socket's path
 *   would be too long for the system
 */
export function sandboxPaths({ home, name }: { readonly home: string; readonly name: string }): SandboxPaths {
  if (!/^[a-z0-9][a-z0-9._-]{0,31}$/i.test(name)) {
    throw new OchoError(`"${name}" cannot be the name of a sandbox`, {
      code: 'INVALID_INPUT',
      hint: 'Take up to 32 letters, digits, dots, dashes and underscores; begin with a letter or a digit.',
    });
  }
  const directory = join(home, name);
  const socket = join(directory, 'control.sock');
  if (Buffer.byteLength(socket) > LONGEST_SOCKET_PATH) {
    throw new OchoError(`the path ${socket} is too long for a socket: more than ${LONGEST_SOCKET_PATH} bytes`, {
      code: 'INVALID_INPUT',
      hint: 'Point XDG_STATE_HOME to a shorter path, or take a shorter name.',
    });
  }
  return {
    directory,
    socket,
    claim: join(directory, 'lock'),
    state: join(directory, 'sandbox.json'),
    log: join(directory, 'sandbox.log'),
    marathon: join(directory, 'marathon'),
  };
}
