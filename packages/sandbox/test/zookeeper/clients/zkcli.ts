import { describe, expect, test } from 'vitest';

import { noApache, unlessApache } from '../support/apache.ts';
import { Conversation } from '../support/conversation.ts';
import { digest } from '../support/digest.ts';
import type { ServerUnderTest } from '../support/world.ts';

/** As Debian's `zkCli.sh` has it, but without a log in `/var/log`. */
const CLASSPATH = '/usr/share/java/zookeeper.jar:/usr/share/java/slf4j-nop.jar';
const JVM_OPTIONS = ['-Xmx128m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1'];
const ANN = digest('ann:secret');

/** Line by line: what is typed, and what must be printed then; where nothing is, the next line tells. */
const STORY: readonly (readonly [string, RegExp])[] = [
  ['create /j hello', /Created \/j\n/],
  ['get /j', /^hello\n/m],
  ['stat /j', /cversion = 0\ndataVersion = 0\naclVersion = 0\nephemeralOwner = 0x0\ndataLength = 5\nnumChildren = 0\n/],
  ['create /j again', /Node already exists: \/j\n/],
  ['set -v 0 /j new', /$/],
  ['set -v 0 /j newer', /version No is not valid : \/j\n/],
  ['get -s /j', /^new\n[\s\S]*dataVersion = 1\n/m],
  ['create -e /j-ephemeral x', /Created \/j-ephemeral\n/],
  ['create /j-ephemeral/x', /Ephemerals cannot have children: \/j-ephemeral\/x\n/],
  ['create -s /j- x', /Created \/j-\d{10}\n/],
  ['create -s -e /j/n x', /Created \/j\/n0000000000\n/],
  ['create -c /j-container x', /Created \/j-container\n/],
  ['create -t 600000 /j-ttl x', /Created \/j-ttl\n/],
  ['ls /', /\[.*j, j-\d{10}, j-container, j-ephemeral, j-ttl.*, zookeeper\]\n/],
  ['ls -s /j', /^\[n0000000000\]\n?cZxid[\s\S]*numChildren = 1\n/m],
  ['ls -R /zookeeper', /^\/zookeeper\n\/zookeeper\/config\n\/zookeeper\/quota\n/m],
  ['ls /none', /Node does not exist: \/none\n/],
  ['getAllChildrenNumber /j', /^1\n/m],
  ['getEphemerals', /\[.*\/j-ephemeral.*\]\n/],
  ['getEphemerals /j/n', /^\[\/j\/n0000000000\]\n/m],
  ['whoami', /Auth scheme: User\nip: 127\.0\.0\.1\n/],
  [`create /j-closed x digest:${ANN}:cdrwa`, /Created \/j-closed\n/],
  ['get /j-closed', /Insufficient permission : \/j-closed\n/],
  ['addauth digest ann:secret', /$/],
  ['get /j-closed', /^x\n/m],
  ['getAcl /j-closed', /'digest,'ann:.{28}\n: cdrwa\n/],
  ['setAcl /j-closed auth::r', /$/],
  ['getAcl -s /j-closed', /: r\n[\s\S]*aclVersion = 1\n/],
  ['set /j-closed y', /Insufficient permission : \/j-closed\n/],
  ['whoami', /(digest: ann|ip: 127\.0\.0\.1)\n(digest: ann|ip: 127\.0\.0\.1)\n/],
  ['get -w /j', /^new\n/m],
  ['set /j newest', /type:NodeDataChanged path:\/j\n/],
  ['ls -w /j', /^\[n0000000000\]\n/m],
  ['create /j/child', /type:NodeChildrenChanged path:\/j\n/],
  ['addWatch -m PERSISTENT_RECURSIVE /j', /$/],
  ['create /j/child/grandchild', /type:NodeCreated path:\/j\/child\/grandchild\n/],
  ['set /j/child x', /type:NodeDataChanged path:\/j\/child\n/],
  ['removewatches /j', /type:PersistentWatchRemoved path:\/j\n/],
  ['removewatches /j', /No such watcher for \/j\n/],
  ['sync /', /Sync is OK\n/],
  ['config', /$/],
  ['delete /j', /Node not empty: \/j\n/],
  ['deleteall /j', /$/],
  ['delete -v 9 /j-container', /version No is not valid : \/j-container\n/],
  ['stat /j', /Node does not exist: \/j\n/],
];

export function describeZkCli(server: () => ServerUnderTest): void {
  describe.skipIf(noApache)(`zkCli${unlessApache}`, () => {
    test('does all that it can: nodes of every kind, versions, ACLs, watches of every kind, and its end', async () => {
      const main = 'org.apache.zookeeper.ZooKeeperMain';
      const args = [...JVM_OPTIONS, '-cp', CLASSPATH, main, '-server', `127.0.0.1:${server().port}`];
      const zkcli = new Conversation('java', args);
      try {
        await zkcli.hear(/state:SyncConnected/);
        for (const [line, answer] of STORY) await zkcli.say(line, answer);
        // It does not wait until it has said that it is closed.
        expect(await zkcli.leave('quit')).toEqual(expect.any(Number));
      } finally {
        await zkcli.end();
      }
    });
  });
}
