import { expect, test } from 'vitest';

import { RawClient } from '../support/raw-client.ts';
import { sandboxServer } from '../support/sandbox.ts';
import { done } from '../support/world.ts';

const server = sandboxServer();
const connect = () => RawClient.connect(server().port, { timeoutMs: 60_000 });
const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, at) => make(at));

test('a thousand sessions with ten watches each are all told, each once', async () => {
  const writer = await connect();
  const paths = times(10, (index) => `/watched-${index}`);
  await Promise.all(paths.map((path) => done(writer.create(path))));
  const watchers: RawClient[] = [];
  while (watchers.length < 1000) watchers.push(...(await Promise.all(times(100, connect))));
  await Promise.all(watchers.flatMap((watcher) => paths.map((path) => done(watcher.getData(path, true)))));
  const sessions = server().sessions();
  expect(sessions).toHaveLength(1001);
  expect(sessions.filter(({ watches }) => watches === 10)).toHaveLength(1000);

  await Promise.all(paths.map((path) => done(writer.setData(path, 'changed'))));
  const expected = paths.map((path) => `NodeDataChanged ${path}`);
  for (const watcher of watchers) expect(await watcher.heard()).toEqual(expected);
  expect(
    server()
      .sessions()
      .every(({ watches }) => watches === 0),
  ).toBe(true);

  await Promise.all(watchers.map((watcher) => done(watcher.closeSession())));
  expect(server().sessions()).toHaveLength(1);
  await done(writer.closeSession());
});

test('ten thousand ephemerals below one znode are listed, and go with their session', async () => {
  const [owner, other] = [await connect(), await connect()];
  await done(owner.create('/crowd'));
  const names = times(10_000, (index) => `child-${String(index).padStart(5, '0')}`);
  await Promise.all(names.map((name) => done(owner.create(`/crowd/${name}`, { flags: 1 }))));

  expect((await done(other.children('/crowd', true))).toSorted()).toEqual(names);
  expect((await done(other.exists('/crowd'))).numChildren).toBe(10_000);
  expect(await done(owner.ephemerals('/'))).toHaveLength(10_000);
  expect(await done(other.descendants('/crowd'))).toBe(10_000);
  await done(other.delete('/crowd/child-00000'));
  expect(await other.event()).toBe('NodeChildrenChanged /crowd');

  await done(owner.closeSession());
  expect(await done(other.children('/crowd'))).toEqual([]);
  expect((await done(other.exists('/crowd'))).cversion).toBe(20_000);
  await done(other.closeSession());
});
