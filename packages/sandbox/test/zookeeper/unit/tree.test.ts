import { describe, expect, test } from 'vitest';

import { OPEN_TO_ALL } from '../../../src/zookeeper/tree/acl.ts';
import { type Change, DataTree } from '../../../src/zookeeper/tree/data-tree.ts';
import { decide } from '../../../src/zookeeper/tree/decide.ts';
import { decideMulti } from '../../../src/zookeeper/tree/decide-multi.ts';
import { ttlOf } from '../../../src/zookeeper/tree/ownership.ts';
import { isValidPath } from '../../../src/zookeeper/tree/paths.ts';
import { duePaths } from '../../../src/zookeeper/tree/reaping.ts';
import { CODE } from '../../../src/zookeeper/wire/codes.ts';
import { OP } from '../../../src/zookeeper/wire/op-codes.ts';
import type { CreateRequest, WriteRequest } from '../../../src/zookeeper/wire/requests.ts';

const ANN = { session: 0x101n, identities: [] };
const EPHEMERAL = 1;
const SEQUENTIAL = 2;
const TTL = 5;

function creation(path: string, fields: Partial<CreateRequest> = {}): CreateRequest {
  const request = { op: OP.create, data: Buffer.from('x'), acl: OPEN_TO_ALL, flags: 0, ttlMs: -1n };
  return { type: 'create', path, ...request, ...fields };
}

/** A tree, a way to ask it for changes, and what it told of them. */
function stage() {
  const tree = new DataTree();
  const told: string[] = [];
  let zxid = 0;
  const observer = { onChange: ({ type, path }: Change) => told.push(`${type} ${path}`), onStep: () => {} };
  const ask = (request: WriteRequest, time = 1_000) => {
    zxid += 1;
    const decision = decide(request, tree, ANN);
    if (typeof decision === 'number') return decision;
    tree.apply(decision, { zxid, time }, observer);
    return decision.path;
  };
  const close = (session: bigint) => {
    zxid += 1;
    tree.apply({ type: 'closeSession', session }, { zxid, time: 1_000 }, observer);
  };
  return { tree, told, ask, close };
}

describe('the tree', () => {
  test('counts what is created below a znode, and goes on counting after deletions', () => {
    const { tree, ask } = stage();
    ask(creation('/q'));
    const first = ask(creation('/q/n-', { flags: SEQUENTIAL }));
    ask({ type: 'delete', path: '/q/n-0000000000', version: -1 });
    const second = ask(creation('/q/', { flags: SEQUENTIAL }));

    expect([first, second]).toEqual(['/q/n-0000000000', '/q/0000000001']);
    expect(tree.get('/q')).toMatchObject({ czxid: 1, mzxid: 1, pzxid: 4, created: 2, childCount: 1, version: 0 });
  });

  test('ends the ephemerals of a session with it, and no others', () => {
    const { tree, told, ask, close } = stage();
    ask(creation('/stays'));
    ask(creation('/e1', { flags: EPHEMERAL }));
    ask(creation('/e2', { flags: EPHEMERAL }));
    close(0x999n);
    expect([...tree.ephemeralsOf(ANN.session)]).toEqual(['/e1', '/e2']);
    close(ANN.session);

    expect(tree.get('/stays')).toBeDefined();
    expect(told.slice(3)).toEqual(['deleted /e1', 'deleted /e2']);
    expect(tree.ephemeralCount).toBe(0);
  });

  test('weighs what it holds', () => {
    const { tree, ask } = stage();
    const before = tree.dataSize;
    ask(creation('/a', { data: Buffer.alloc(10) }));
    ask({ type: 'setData', path: '/a', data: Buffer.alloc(3), version: -1 });
    expect(tree.dataSize - before).toBe(5);
    ask({ type: 'delete', path: '/a', version: -1 });
    expect(tree.dataSize).toBe(before);
  });

  test.each([
    ['a parent that is not there', creation('/no/where'), CODE.noNode],
    ['a child of an ephemeral', creation('/e/child'), CODE.noChildrenForEphemerals],
    ['a znode that is there', creation('/a'), CODE.nodeExists],
    ['an unknown kind', creation('/new', { flags: 9 }), CODE.badArguments],
    ['no list of who may', creation('/new', { acl: [] }), CODE.invalidAcl],
    ['a life of no length', creation('/new', { op: OP.createTtl, flags: TTL, ttlMs: 0n }), CODE.badArguments],
    ['another version', { type: 'setData', path: '/a', data: undefined, version: 3 }, CODE.badVersion],
    ['a znode with children', { type: 'delete', path: '/a', version: -1 }, CODE.notEmpty],
    ['what must always be there', { type: 'delete', path: '/zookeeper/quota', version: -1 }, CODE.badArguments],
  ] as const)('refuses a request for %s', (_what, request, code) => {
    const { ask } = stage();
    ask(creation('/a'));
    ask(creation('/a/b'));
    ask(creation('/e', { flags: EPHEMERAL }));

    expect(ask(request as WriteRequest)).toBe(code);
  });
});

describe('several steps at once', () => {
  test('are decided each on what the ones before it leave', () => {
    const { tree } = stage();
    const decision = decideMulti(
      [
        creation('/a'),
        creation('/a/n', { flags: SEQUENTIAL }),
        { type: 'setData', path: '/a', data: undefined, version: 0 },
        { type: 'check', path: '/a', version: 1 },
        { type: 'delete', path: '/a/n0000000000', version: 0 },
        creation('/a/n', { flags: SEQUENTIAL }),
      ],
      tree,
      ANN,
    );

    expect(decision).toMatchObject({ steps: { length: 6, 5: { path: '/a/n0000000001' } } });
    expect(tree.get('/a')).toBeUndefined();
  });

  test('fail together: what came before is taken back, what follows is not tried', () => {
    const { tree } = stage();
    const missing = { type: 'delete', path: '/no', version: -1 } as const;

    expect(decideMulti([creation('/a'), missing, creation('/b')], tree, ANN)).toEqual({
      codes: [CODE.ok, CODE.noNode, CODE.runtimeInconsistency],
    });
  });
});

describe('the time of a znode', () => {
  test('has come for a container that lost its last child, not for one that never had any', () => {
    const { tree, ask } = stage();
    ask(creation('/c', { op: OP.createContainer, flags: 4 }));
    expect(duePaths(tree, 9e9)).toEqual([]);
    ask(creation('/c/child'));
    expect(duePaths(tree, 9e9)).toEqual([]);
    ask({ type: 'delete', path: '/c/child', version: -1 });

    expect(duePaths(tree, 0)).toEqual(['/c']);
  });

  test('comes so long after its last change as was asked', () => {
    const { tree, ask } = stage();
    ask(creation('/t', { op: OP.createTtl, flags: TTL, ttlMs: 500n }), 1_000);
    expect(ttlOf(tree.get('/t')?.owner ?? 0n)).toBe(500);
    expect(duePaths(tree, 1_500)).toEqual([]);
    expect(duePaths(tree, 1_501)).toEqual(['/t']);
    ask({ type: 'setData', path: '/t', data: undefined, version: -1 }, 1_400);

    expect(duePaths(tree, 1_501)).toEqual([]);
  });
});

test.each([
  ['/', true],
  ['/a/b', true],
  ['/a.b/..c', true],
  ['/ä/日本', true],
  ['', false],
  ['a', false],
  ['/a/', false],
  ['//a', false],
  ['/a/../b', false],
  ['/a/.', false],
  ['/a\u0001', false],
  ['/a\u0000', false],
  ['/🌱', false],
])('%j can be a path: %j', (path, isOne) => {
  expect(isValidPath(path)).toBe(isOne);
});
