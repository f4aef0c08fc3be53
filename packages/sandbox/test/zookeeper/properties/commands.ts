import fc from 'fast-check';

import { digest } from '../support/digest.ts';
import { type Acl, KIND, OPEN, PERMS, WATCHER } from '../support/protocol.ts';
import type { Operation } from '../support/requests.ts';

/** One request, by the words of `RawClient`. */
export type Request =
  | {
      readonly ask: 'create' | 'create2';
      readonly path: string;
      readonly data: Data;
      readonly kind: number;
      readonly acl: readonly Acl[];
    }
  | {
      readonly ask: 'createContainer' | 'createTtl' | 'getAcl' | 'sync' | 'ephemerals' | 'descendants';
      readonly path: string;
    }
  | { readonly ask: 'delete'; readonly path: string; readonly version: number }
  | { readonly ask: 'setData'; readonly path: string; readonly data: Data; readonly version: number }
  | { readonly ask: 'setAcl'; readonly path: string; readonly acl: readonly Acl[]; readonly version: number }
  | { readonly ask: 'exists' | 'getData' | 'children' | 'children2'; readonly path: string; readonly watch: boolean }
  | { readonly ask: 'multi' | 'multiRead'; readonly ops: readonly Operation[] }
  | { readonly ask: 'addWatch'; readonly path: string; readonly mode: number }
  | { readonly ask: 'removeWatches'; readonly path: string; readonly type: number }
  | { readonly ask: 'auth'; readonly credentials: string }
  | { readonly ask: 'whoAmI' };

/** What happens in a world of several sessions. */
export type Command =
  /** Sent at once; the replies are waited for. */
  | { readonly do: 'ask'; readonly session: number; readonly requests: readonly Request[] }
  /** The connection drops; the session is resumed, and says which watches it had. */
  | { readonly do: 'reconnect'; readonly session: number; readonly watches: readonly (readonly string[])[] }
  /** The session is closed, and another one takes its place. */
  | { readonly do: 'close'; readonly session: number };

type Data = string | undefined;

/**
 * Where Apache 3.8 and its successors differ, paths are kept apart: a connection that has a watch that stays loses it
 * there by a one-shot watch on the same path.
 */
const WATCHED_FOR_LONG = ['/a', '/a/x'];
const WATCHED_ONCE = ['/', '/b', '/a/y', '/a/x/1', '/none/x', '/c', '/n0000000001'];
/** Containers without children and long lives: when others go depends on the time. */
const CONTAINER = '/c';
const LIVES_LONG = '/t';
const PARENTS = ['', '/a', '/a/x', '/b', '/none'];

/** What is there when a story begins. */
export const AT_FIRST = ['/a', '/a/x', '/b', '/d'];
const LESS_LIKELY = [...WATCHED_ONCE, CONTAINER, LIVES_LONG, '/a/n0000000000', '/a/.'];

const path = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('/', ...AT_FIRST) },
  { weight: 2, arbitrary: fc.constantFrom(...LESS_LIKELY) },
);
const newPath = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom('/a', '/a/x', '/b', '/a/y', '/a/x/1', '/b/1') },
  { weight: 1, arbitrary: fc.constantFrom('/none/x', '/a//y', '/a/..') },
  { weight: 3, arbitrary: fc.constantFrom(...PARENTS).map((parent) => `${parent}/n`) },
);
const data = fc.constantFrom(undefined, '', 'x', 'größer ☃');
const version = fc.constantFrom(-1, -1, -1, 0, 1, 2);
const kind = fc.constantFrom(0, 0, KIND.ephemeral, KIND.sequential, KIND.ephemeralSequential);
const READABLE: readonly Acl[] = [{ perms: PERMS.read, scheme: 'world', id: 'anyone' }];
const ANNS: readonly Acl[] = [{ perms: PERMS.all, scheme: 'digest', id: digest('ann:secret') }];
const THEIRS: readonly Acl[] = [{ perms: PERMS.all, scheme: 'auth', id: '' }];
const entry = fc.record({
  perms: fc.constantFrom(PERMS.all, PERMS.read, PERMS.all & ~PERMS.create, PERMS.all & ~PERMS.admin, 0),
  scheme: fc.constantFrom('world', 'ip', 'auth', 'digest'),
  id: fc.constantFrom('anyone', '127.0.0.1', digest('ann:secret'), ''),
});
const acl: fc.Arbitrary<readonly Acl[]> = fc.oneof(
  { weight: 8, arbitrary: fc.constant(OPEN) },
  { weight: 3, arbitrary: fc.constantFrom(READABLE, ANNS, THEIRS) },
  { weight: 1, arbitrary: fc.array(entry, { maxLength: 3 }) },
);

const write = fc.oneof(
  fc.record({ op: fc.constantFrom('create' as const, 'create2' as const), path: newPath, data, flags: kind, acl }),
  fc.record({ op: fc.constant('setData' as const), path, data, version }),
  fc.record({ op: fc.constant('delete' as const), path, version }),
  fc.record({ op: fc.constant('check' as const), path, version }),
);
const read = fc.record({ op: fc.constantFrom('getData' as const, 'getChildren' as const), path });

const watching = fc.oneof(
  fc.record({ path, watch: fc.constant(false) }),
  fc.record({ path: fc.constantFrom(...WATCHED_ONCE), watch: fc.constant(true) }),
);

const request: fc.Arbitrary<Request> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ ask: fc.constantFrom('create', 'create2'), path: newPath, data, kind, acl }) },
  { weight: 3, arbitrary: fc.record({ ask: fc.constant('delete'), path, version }) },
  { weight: 3, arbitrary: fc.record({ ask: fc.constant('setData'), path, data, version }) },
  {
    weight: 6,
    arbitrary: fc
      .tuple(
        fc.constantFrom('exists' as const, 'getData' as const, 'children' as const, 'children2' as const),
        watching,
      )
      .map(([ask, fields]) => ({ ask, ...fields })),
  },
  { weight: 3, arbitrary: fc.record({ ask: fc.constant('multi'), ops: fc.array(write, { maxLength: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ ask: fc.constant('multiRead'), ops: fc.array(read, { maxLength: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ ask: fc.constantFrom('getAcl', 'sync', 'ephemerals', 'descendants'), path }) },
  {
    weight: 2,
    arbitrary: fc.record({
      ask: fc.constant('addWatch'),
      path: fc.constantFrom(...WATCHED_FOR_LONG),
      mode: fc.constantFrom(0, 1),
    }),
  },
  { weight: 1, arbitrary: removal() },
  { weight: 1, arbitrary: fc.constant({ ask: 'createContainer' as const, path: CONTAINER }) },
  { weight: 1, arbitrary: fc.constant({ ask: 'createTtl' as const, path: LIVES_LONG }) },
  { weight: 1, arbitrary: fc.constant({ ask: 'whoAmI' as const }) },
);

/** Whom Apache lets in depends on the time, unless these are alone: one overtakes, the other may be overtaken. */
const alone: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ ask: fc.constant('auth' as const), credentials: fc.constantFrom('ann:secret', 'bob:x') }),
  fc.record({ ask: fc.constant('setAcl' as const), path, acl, version }),
);

function removal(): fc.Arbitrary<Request> {
  return fc.oneof(
    fc.record({
      ask: fc.constant('removeWatches' as const),
      path: fc.constantFrom(...WATCHED_ONCE),
      type: fc.constantFrom(WATCHER.any, WATCHER.children, WATCHER.data),
    }),
    fc.record({
      ask: fc.constant('removeWatches' as const),
      path: fc.constantFrom(...WATCHED_FOR_LONG),
      type: fc.constant(WATCHER.any),
    }),
  );
}

/** What may happen among so many sessions. */
export function story(sessions: number): fc.Arbitrary<Command[]> {
  const session = fc.nat(sessions - 1);
  const once = fc.uniqueArray(fc.constantFrom(...WATCHED_ONCE), { maxLength: 3 });
  const long = fc.uniqueArray(fc.constantFrom(...WATCHED_FOR_LONG), { maxLength: 2 });
  const command: fc.Arbitrary<Command> = fc.oneof(
    {
      weight: 20,
      arbitrary: fc.record({
        do: fc.constant('ask'),
        session,
        requests: fc.array(request, { minLength: 1, maxLength: 5 }),
      }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('ask'), session, requests: fc.tuple(alone) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('reconnect'),
        session,
        watches: fc.oneof(fc.tuple(once, once, once), fc.tuple(once, once, once, long, long)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('close'), session }) },
  );
  return fc.array(command, { minLength: 1, maxLength: 40, size: 'max' });
}
