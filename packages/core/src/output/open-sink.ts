import { constants, fstatSync, openSync, write } from 'node:fs';
import { Socket } from 'node:net';
import { isatty } from 'node:tty';

import type { Clock } from '../waiting/clock.ts';
import type { Sink } from './bounded-writer.ts';

/**
 * Open what a descriptor of this process leads to, so that writing to it never blocks, whoever else has it open, and
 * whatever they make of it.
 *
 * A descriptor that does not block is one for all that share it: set on a pipe that we were given it would confuse those
 * who gave it to us, and the start of any child that inherits it takes it off again. So a pipe and a terminal are opened once more, for us
 * alone. A socket cannot be; only we and who inherited it have our end. A file has no reader.
 */
export function openSink(fd: number, clock: Clock): Sink {
  if (isatty(fd)) return fileSink(openedAgain(fd) ?? fd, clock);
  const kind = fstatSync(fd);
  if (kind.isFIFO()) return socketSink(openedAgain(fd) ?? fd);
  return kind.isSocket() ? socketSink(fd) : fileSink(fd, clock);
}

const ALONE = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;

/** @returns nothing when that is not allowed, or nobody reads it any more */
function openedAgain(fd: number): number | undefined {
  try {
    return openSync(`/dev/fd/${fd}`, ALONE);
  } catch {
    return undefined;
  }
}

/** The system tells when there is room again. */
function socketSink(fd: number): Sink {
  const socket = new Socket({ fd, readable: false, writable: true });
  socket.on('error', () => {}); // told to whoever wrote
  socket.unref();
  return { write: (data, done) => void socket.write(data, done) };
}

/** Between two tries when a terminal is stopped (Ctrl-S): for it alone the system does not tell. */
const TRY_AGAIN_MS = 100;

/** By the threads that Node keeps for files: one at a time, and none of them waits for a terminal. */
function fileSink(fd: number, clock: Clock): Sink {
  const sink: Sink = {
    write: (data, done) =>
      write(fd, data, (error, written) => {
        if (error?.code === 'EAGAIN') {
          clock.sleep(TRY_AGAIN_MS).then(() => sink.write(data, done), done);
        } else if (error !== null || written === data.length) done(error);
        else sink.write(data.subarray(written), done);
      }),
  };
  return sink;
}
