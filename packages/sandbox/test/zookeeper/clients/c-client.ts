import { existsSync } from 'node:fs';
import { describe, test } from 'vitest';

import { Conversation } from '../support/conversation.ts';
import type { ServerUnderTest } from '../support/world.ts';

const PROGRAM = '/usr/lib/zookeeper/bin/cli_mt';
const noProgram = !existsSync(PROGRAM);
const unless = noProgram ? ' SKIPPED: there is no zookeeper-bin' : '';

/** Line by line: what is typed, and what must be printed then. It watches whatever it reads; a new znode holds `new`. */
const STORY: readonly (readonly [string, RegExp])[] = [
  ['create /c', /\[\/c\]: rc = 0\n\tname = \/c\n/],
  ['create /c', /\[\/c\]: rc = -110\n/],
  ['create /none/c', /\[\/none\/c\]: rc = -101\n/],
  ['get /c', /\/c: rc = 0\n value_len = 3\nnew\n[\s\S]*\tversion=0\taversion=0\n\tephemeralOwner = 0\n/],
  [
    'set /c hello',
    /Watcher CHANGED_EVENT state = CONNECTED_STATE for path \/c\n\/c: rc = 0 Stat:\n[\s\S]*\tversion=1\t/,
  ],
  ['get /c', /\/c: rc = 0\n value_len = 5\nhello\n/],
  ['exists /none', /Error -101 for \/none\n/],
  ['create +e /c/mine', /\[\/c\/mine\]: rc = 0\n\tname = \/c\/mine\n/],
  ['create /c/mine/x', /\[\/c\/mine\/x\]: rc = -108\n/],
  ['create +s /c/s-', /\tname = \/c\/s-0000000001\n/],
  ['create +es /c/es-', /\tname = \/c\/es-0000000002\n/],
  ['create2 /c/two', /\[\/c\/two\]: rc = 0\n\tname = \/c\/two\n[\s\S]*\tversion=0\t/],
  ['create +c /c/container', /\[\/c\/container\]: rc = 0\n/],
  ['create +t=600000 /c/ttl', /\[\/c\/ttl\]: rc = 0\n/],
  ['ls2 /c', /\/c: rc = 0\n(\t.+\n){6}[\s\S]*\tversion=1\t/],
  ['create /c/x', /Watcher CHILD_EVENT state = CONNECTED_STATE for path \/c\n\[\/c\/x\]: rc = 0\n/],
  ['wexists /c/later', /Error -101 for \/c\/later\n/],
  ['create /c/later', /Watcher CREATED_EVENT state = CONNECTED_STATE for path \/c\/later\n\[\/c\/later\]: rc = 0\n/],
  ['get /c/x', / value_len = 3\nnew\n/],
  ['delete /c/x', /Watcher DELETED_EVENT state = CONNECTED_STATE for path \/c\/x\n\/c\/x: rc = 0\n/],
  ['delete /c', /\/c: rc = -111\n/],
  ['delete /none', /\/none: rc = -101\n/],
  ['sync /c', /\[\/c\]: rc = 0\n/],
  // It ends by itself then.
  ['addauth none ann', /AUTH_FAILED_STATE\nAuthentication failure\. Shutting down/],
];

export function describeCClient(server: () => ServerUnderTest): void {
  describe.skipIf(noProgram)(`the C client${unless}`, () => {
    test('does all that its command line can', async () => {
      const cli = new Conversation(PROGRAM, ['-h', `127.0.0.1:${server().port}`]);
      try {
        await cli.hear(/CONNECTED_STATE/);
        for (const [line, answer] of STORY) await cli.say(line, answer);
      } finally {
        await cli.end();
      }
    });
  });
}
