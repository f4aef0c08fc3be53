import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

import { run } from '../support/conversation.ts';
import type { ServerUnderTest } from '../support/world.ts';

const PYTHON = '/usr/bin/python3';
const PROGRAM = join(import.meta.dirname, '../../programs/kazoo-recipes.py');
const noKazoo = spawnSync(PYTHON, ['-c', 'import kazoo']).status !== 0;
const unless = noKazoo ? ' SKIPPED: there is no python3-kazoo' : '';

/** What it prints with any server. */
const STORY = `
node: b'hello' 0 0
versions: BadVersionError b'changed'
errors: NodeExistsError NotEmptyError NoNodeError
sequence: ['0000000001', '0000000002', '0000000003']
create2: /nodes/b 5
children: ['a', 'b'] 5
gone: None /nodes
lock: False ['ann']
lock: ['ann lets go', 'bob has it'] []
readers: False
semaphore: False
semaphore: True
election: ['ann', 'bob']
queue: [b'urgent', b'1', b'2', b'3'] 0
locking queue: b'a' b'b' True True
locking queue: 0
barrier: [True]
double barrier: enter [True, True] 3
double barrier: leave [False, False] 0
counter: 40
party: ['ann', 'bob'] 2
party: ['ann']
watchers: [('data', None), ('data', b'1'), ('data', b'2'), ('data', None)]
transaction: /t True 1 ['/t/x', True] b'set'
transaction: ['RolledBackError', 'BadVersionError', 'RuntimeInconsistency'] b'set'
access: NoAuthError NoAuthError
access: b'secret' 1
access: b'secret' NoAuthError
access: b''
reconnection: ['SUSPENDED', 'CONNECTED'] True True
after it: b'news'
after its end: None
words: imok (3, 8) rw
`;

export function describeKazoo(server: () => ServerUnderTest): void {
  describe.skipIf(noKazoo)(`kazoo${unless}`, () => {
    test('goes through locks, elections, queues, barriers, counters, watchers, transactions, ACLs, reconnection', async () => {
      const { output, code } = await run(PYTHON, [PROGRAM, `127.0.0.1:${server().port}`]);

      expect(output).toBe(STORY.trimStart());
      expect(code).toBe(0);
    });
  });
}
