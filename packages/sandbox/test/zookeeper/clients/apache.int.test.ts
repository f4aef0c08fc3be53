import { describe } from 'vitest';

import { apacheServer, noApache, unlessApache } from '../support/apache.ts';
import { describeClients } from './suite.ts';

describe.skipIf(noApache)(`with Apache ZooKeeper${unlessApache}`, () => {
  describeClients(apacheServer());
});
