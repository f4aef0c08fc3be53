import { isOchoError, OchoError } from '../errors.ts';
import { inWords } from '../waiting/in-words.ts';
import { settleOrAbort } from '../waiting/settle-or-abort.ts';
import type { ConnectOptions } from './connect-options.ts';
import { parseConnectionString } from './connection-string.ts';
import type { Session } from './session.ts';
import { SessionLink } from './session-link.ts';
import { ZooKeeperSession } from './zookeeper-session.ts';

/**
 * Begin a session with a ZooKeeper ensemble.
 *
 * From then on the session looks after its connection: it moves on to the next server when one breaks, falls silent or
 * never answers, and takes its watches along. Whether the session still lives is judged by our own clock: `lost`
 * aborts once the server may have given it up, whether or not one can be reached.
 *
 * Everything that it creates is open to the world (`world:anyone`, all permissions), as the pods of existing estates
 * expect. Credentials in the connection string authenticate us (`digest`) for znodes that others have protected; they
 * do not protect ours.
 *
 * @throws {OchoError} `INVALID_INPUT` for a bad connection string, `UNREACHABLE` when no server answered in time,
 * `DENIED` when the credentials are refused
 * @throws `signal.reason` when `signal` aborts before the session has begun; later it means nothing
 */
export async function connectSession(options: ConnectOptions, signal: AbortSignal): Promise<Session> {
  signal.throwIfAborted();
  const to = parseConnectionString(options.servers);
  const link = new SessionLink(to, options);
  try {
    await openedInTime(link, options, signal);
    return new ZooKeeperSession(link, to.chroot);
  } catch (error) {
    link.lose(new OchoError('the session never began', { code: 'SESSION_LOST', cause: error }));
    throw error;
  }
}

async function openedInTime(link: SessionLink, options: ConnectOptions, signal: AbortSignal): Promise<void> {
  const settled = new AbortController();
  const { clock, connectTimeoutMs } = options;
  try {
    await settleOrAbort<void>([signal], ({ resolve, reject }) => {
      link.opened.then(resolve, (error) => reject(deniedOr(error)));
      clock.sleep(connectTimeoutMs, settled.signal).then(
        () => reject(unreachable(link, connectTimeoutMs)),
        () => undefined,
      );
    });
  } finally {
    settled.abort();
  }
}

/** Before the session has begun the cause is what matters, not that it is over. */
function deniedOr(error: unknown): unknown {
  return isOchoError(error, 'SESSION_LOST') && isOchoError(error.cause, 'DENIED') ? error.cause : error;
}

function unreachable({ problems }: SessionLink, afterMs: number): OchoError {
  return new OchoError(`no ZooKeeper server answered within ${inWords(afterMs)}: ${problems.join(', ')}`, {
    code: 'UNREACHABLE',
    hint: 'Check the connection string, that the servers run, and that they can be reached from here.',
    details: { problems },
  });
}
