import { describe } from 'vitest';

import { sandboxServer } from '../support/sandbox.ts';
import { describeServer } from './suite.ts';

describe("the sandbox's ZooKeeper", () => {
  describeServer(sandboxServer());
});
