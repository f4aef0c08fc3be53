import { describe, expect, test } from 'vitest';

import { OPEN_TO_ALL } from '../../../src/zookeeper/tree/acl.ts';
import { WATCH_EVENT, WATCH_KIND, type Watcher, Watches } from '../../../src/zookeeper/watches/watches.ts';

const NAMES = new Map(Object.entries(WATCH_EVENT).map(([name, event]) => [event as number, name]));

function listener() {
  const heard: string[] = [];
  const watcher: Watcher = { notify: (event, path) => heard.push(`${NAMES.get(event)} ${path}`) };
  return { heard, watcher };
}

function happen(watches: Watches, type: 'created' | 'changed' | 'deleted', path: string): void {
  watches.onChange({ type, path, acl: OPEN_TO_ALL, parentAcl: OPEN_TO_ALL });
}

describe('watches', () => {
  test('tell once, and are gone', () => {
    const watches = new Watches();
    const { heard, watcher } = listener();
    watches.data.add('/a', watcher, 'once');
    happen(watches, 'changed', '/a');
    happen(watches, 'changed', '/a');

    expect(heard).toEqual(['changed /a']);
    expect(watches.countOf(watcher)).toBe(0);
  });

  test('tell of a deleted znode once, though its data and its children were watched', () => {
    const watches = new Watches();
    const { heard, watcher } = listener();
    watches.data.add('/a/b', watcher, 'once');
    watches.children.add('/a/b', watcher, 'once');
    watches.children.add('/a', watcher, 'once');
    happen(watches, 'deleted', '/a/b');

    expect(heard).toEqual(['deleted /a/b', 'childrenChanged /a']);
  });

  test('that stay tell every time', () => {
    const watches = new Watches();
    const { heard, watcher } = listener();
    watches.addLasting('/a', watcher, 'persistent');
    happen(watches, 'created', '/a');
    happen(watches, 'changed', '/a');
    happen(watches, 'created', '/a/b');
    happen(watches, 'deleted', '/a');

    expect(heard).toEqual(['created /a', 'changed /a', 'childrenChanged /a', 'deleted /a']);
  });

  test('that are recursive tell of everything below, but not that children changed', () => {
    const watches = new Watches();
    const { heard, watcher } = listener();
    watches.addLasting('/a', watcher, 'recursive');
    happen(watches, 'created', '/a/b/c');
    happen(watches, 'changed', '/a');
    happen(watches, 'created', '/ab');

    expect(heard).toEqual(['created /a/b/c', 'changed /a']);
  });

  test('of the root are told of what is below it', () => {
    const watches = new Watches();
    const [flat, deep] = [listener(), listener()];
    watches.children.add('/', flat.watcher, 'once');
    watches.addLasting('/', deep.watcher, 'recursive');
    happen(watches, 'created', '/a');

    expect([flat.heard, deep.heard]).toEqual([['childrenChanged /'], ['created /a']]);
  });

  test('are removed by kind, and with their connection', () => {
    const watches = new Watches();
    const { heard, watcher } = listener();
    watches.data.add('/a', watcher, 'once');
    watches.children.add('/a', watcher, 'once');

    expect(watches.remove('/a', WATCH_KIND.data, watcher)).toBe(true);
    expect(watches.remove('/a', WATCH_KIND.data, watcher)).toBe(false);
    expect(watches.has('/a', WATCH_KIND.any, watcher)).toBe(true);
    watches.addLasting('/', watcher, 'recursive');
    watches.removeAll(watcher);
    happen(watches, 'deleted', '/a');

    expect(heard).toEqual([]);
    expect([watches.data.size, watches.children.size, watches.data.pathCount]).toEqual([0, 0, 0]);
  });
});
