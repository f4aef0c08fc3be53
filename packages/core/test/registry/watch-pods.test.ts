import { expect, test } from 'vitest';

import { parseClusterName } from '../../src/domain/cluster-name.ts';
import { podLabel } from '../../src/domain/pod.ts';
import type { UnreadableNode } from '../../src/registry/pod-node.ts';
import { watchDependencies } from '../../src/registry/watch-dependencies.ts';
import { type ClusterMembers, watchPods } from '../../src/registry/watch-pods.ts';
import type { Session, Znode } from '../../src/zookeeper/session.ts';

const NAME = parseClusterName('demo.web');
const ROOT = '/ochopod/clusters';

test('a pod that leaves is gone, also when its own watch tells so after the list has', async () => {
  const news = new News();
  const members = watchPods(news.session, NAME, new AbortController().signal);
  news.children(`${ROOT}/demo.web/pods`, ['a.0000000000', 'b.0000000001']);
  news.node(`${ROOT}/demo.web/pods/a.0000000000`, POD);
  news.node(`${ROOT}/demo.web/pods/b.0000000001`, POD);
  expect(keys(await members.next())).toEqual(['a', 'b']);

  news.children(`${ROOT}/demo.web/pods`, ['a.0000000000']);
  news.node(`${ROOT}/demo.web/pods/b.0000000001`, undefined);
  expect(keys(await members.next())).toEqual(['a']);
});

test('two pods with one number are told apart by their keys', async () => {
  const news = new News();
  const members = watchPods(news.session, NAME, new AbortController().signal);
  news.children(`${ROOT}/demo.web/pods`, ['a.0000000000', 'b.0000000001']);
  for (const node of ['a.0000000000', 'b.0000000001']) news.node(`${ROOT}/demo.web/pods/${node}`, NUMBERED);

  expect((await members.next()).value.pods.map(podLabel)).toEqual(['demo.web #4 (a)', 'demo.web #4 (b)']);
});

test('a pod that has written nothing yet is on its way, and one that wrote nonsense is not', async () => {
  const news = new News();
  const members = watchPods(news.session, NAME, new AbortController().signal);
  news.children(`${ROOT}/demo.web/pods`, ['a.0000000000', 'b.0000000001']);
  news.node(`${ROOT}/demo.web/pods/a.0000000000`, '');
  news.node(`${ROOT}/demo.web/pods/b.0000000001`, '{');
  const { unreadable } = (await members.next()).value;

  expect(unreadable.map(({ node, isComing }: UnreadableNode) => [node, isComing])).toEqual([
    ['a.0000000000', true],
    ['b.0000000001', false],
  ]);
});

test.each([0, 1, 2, 3, 4, 5, 6])(
  'a dependency that leaves is gone, also %i steps after it told something',
  async (steps) => {
    const news = new News();
    const depending = { entries: ['back*'], own: NAME };
    const dependency = watchDependencies(news.session, depending, new AbortController().signal);
    news.children(ROOT, ['demo.back-a', 'demo.back-b']);
    news.node(`${ROOT}/demo.back-a/snapshot`, `{"a":${POD}}`);
    news.node(`${ROOT}/demo.back-b/snapshot`, `{"b":${POD}}`);
    expect(Object.keys((await dependency.next()).value.pods.get('back*') ?? {})).toEqual(['a', 'b']);

    news.node(`${ROOT}/demo.back-b/snapshot`, `{"b":${POD},"c":${POD}}`);
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    news.children(ROOT, ['demo.back-a']);
    expect(Object.keys((await dependency.next()).value.pods.get('back*') ?? {})).toEqual(['a']);
  },
);

test('a pod whose key is a name that every object has is one like any other', async () => {
  const news = new News();
  const depending = { entries: ['back'], own: NAME };
  const dependency = watchDependencies(news.session, depending, new AbortController().signal);
  news.children(ROOT, ['demo.back']);
  news.node(`${ROOT}/demo.back/snapshot`, `{"valueOf":${POD},"constructor":${POD}}`);
  const { pods } = (await dependency.next()).value;

  expect(Object.keys(pods.get('back') ?? {})).toEqual(['valueOf', 'constructor']);
});

test('a cluster that two entries mean is seen in one state', async () => {
  const news = new News();
  const depending = { entries: ['back', 'b*'], own: NAME };
  const dependencies = watchDependencies(news.session, depending, new AbortController().signal);
  news.children(ROOT, ['demo.back']);
  news.node(`${ROOT}/demo.back/snapshot`, `{"a":${POD}}`);
  await dependencies.next();
  news.node(`${ROOT}/demo.back/snapshot`, `{"a":${POD},"b":${POD}}`);
  const { pods } = (await dependencies.next()).value;

  expect([...pods.values()].map((each) => Object.keys(each))).toEqual([
    ['a', 'b'],
    ['a', 'b'],
  ]);
});

const POD = '{"ip":"10.0.0.1","port":"8080","ports":{"8080":31001}}';
const NUMBERED = '{"ip":"10.0.0.1","port":"8080","ports":{"8080":31001},"seq":4}';

function keys({ value }: IteratorResult<ClusterMembers>): string[] {
  return value.pods.map(({ key }: { key: string }) => key);
}

/** A session that tells what a test says, even when the one who watches has just been told to stop. */
class News {
  readonly #channels = new Map<string, ReadableStreamDefaultController>();
  readonly #streams = new Map<string, ReadableStream>();
  readonly session = {
    watchChildren: (path: string) => this.#stream(path),
    watchNode: (path: string) => this.#stream(path),
  } as unknown as Session;

  children(path: string, names: readonly string[]): void {
    this.#stream(path);
    this.#channels.get(path)?.enqueue(names);
  }

  node(path: string, data: string | undefined): void {
    this.#stream(path);
    const znode: Znode | undefined = data === undefined ? undefined : { data, czxid: 1n, version: 0, owner: '0x1' };
    this.#channels.get(path)?.enqueue(znode);
  }

  #stream(path: string): ReadableStream {
    const known = this.#streams.get(path);
    if (known !== undefined) return known;
    const stream = new ReadableStream({ start: (channel) => void this.#channels.set(path, channel) });
    this.#streams.set(path, stream);
    return stream;
  }
}
