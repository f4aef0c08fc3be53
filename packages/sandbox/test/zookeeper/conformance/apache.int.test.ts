import { describe } from 'vitest';

import { apacheServer, noApache, unlessApache } from '../support/apache.ts';
import { describeServer } from './suite.ts';

describe.skipIf(noApache)(`Apache ZooKeeper${unlessApache}`, () => {
  describeServer(apacheServer());
});
