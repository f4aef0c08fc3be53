import { describe } from 'vitest';
import { join, noServer, realServer, unless } from './real-ensemble.ts';
import { describeSession } from './session-contract.ts';

describe.skipIf(noServer)(`with Apache ZooKeeper${unless}`, () => {
  const server = realServer();
  let tests = 0;

  describeSession('a session', async () => {
    tests += 1;
    const chroot = `/contract/${tests}`;
    return { connect: () => join(`zk://127.0.0.1:${server().port}${chroot}`) };
  });
});
