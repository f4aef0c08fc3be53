import { describe, expect, test } from 'vitest';

import { findZooKeeper } from '../../src/environment/zookeeper-discovery.ts';

const COMMON = '/opt/mesosphere/etc/mesos-slave-common';
const SLAVE = '/opt/mesosphere/etc/mesos-slave';
const MESOS = '/etc/mesos/zk';

describe('findZooKeeper', () => {
  test('takes what was said outright, chroot and all', async () => {
    expect(await find('zk://me:se/c:ret@10.0.0.1:2181,10.0.0.2/apps', { [MESOS]: 'zk://other:2181/mesos' })).toEqual({
      connect: 'zk://me:se/c:ret@10.0.0.1:2181,10.0.0.2/apps',
      hosts: '10.0.0.1:2181,10.0.0.2:2181',
      source: 'ochopod_zk',
    });
  });

  test('reads what DC/OS leaves on its hosts, without its path', async () => {
    const files = {
      [COMMON]: 'A=1\nMESOS_MASTER=zk://leader.mesos:2181/mesos\nB=2\n',
      [SLAVE]: 'MESOS_MASTER=zk://no:1/',
    };

    expect(await find(undefined, files)).toEqual({
      connect: 'leader.mesos:2181',
      hosts: 'leader.mesos:2181',
      source: COMMON,
    });
  });

  test('keeps the credentials of a file for the connection only', async () => {
    const { connect, hosts } = await find(undefined, { [MESOS]: 'zk://me:secret@10.0.0.1:2181/mesos\n' });

    expect(connect).toBe('zk://me:secret@10.0.0.1:2181');
    expect(hosts).toBe('10.0.0.1:2181');
  });

  test.each([
    ['is empty', ''],
    ['is blank', ' \n\n'],
    ['says nothing of it', 'A=1\n'],
    ['says it emptily', 'MESOS_MASTER=\n'],
    ['is malformed', 'MESOS_MASTER=zk://\n'],
    ['is malformed in another way', 'MESOS_MASTER=zk://host:port,,x/mesos\n'],
  ])('goes on when a source %s', async (_case, text) => {
    const files = { [COMMON]: text, [SLAVE]: text, [MESOS]: 'zk://10.0.0.1:2181/mesos' };

    expect((await find('::', files)).source).toBe(MESOS);
  });

  test('names every source that it tried, and why it did not do', async () => {
    await expect(find('no host', { [COMMON]: 'A=1', [MESOS]: 'zk://' })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      message:
        'ZooKeeper was not found: ochopod_zk holds no list of host:port; ' +
        `${COMMON} does not name it; ${SLAVE} is not there; ${MESOS} holds no list of host:port`,
    });
  });

  test('is on the same machine when run by hand', async () => {
    expect((await find(undefined, {}, true)).connect).toBe('127.0.0.1:2181');
  });
});

function find(explicit: string | undefined, files: Record<string, string>, local = false) {
  const readText = async (path: string) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return text;
  };
  return findZooKeeper({ explicit, local, readText });
}
